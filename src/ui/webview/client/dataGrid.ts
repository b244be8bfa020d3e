import { element } from './element.ts';

export interface Column<Row> {
  readonly title: string;
  /** A track size of CSS grid. */
  readonly width: string;
  readonly cell: (row: Row) => Node | string;
}

/** A grid whose cells are reached with the arrow keys. */
export function dataGrid<Row>(label: string, columns: readonly Column<Row>[], rows: readonly Row[]): HTMLElement {
  const tracks = columns.map(({ width }) => width).join(' ');
  const header = element(
    'vscode-data-grid-row',
    { 'row-type': 'header', 'grid-template-columns': tracks },
    ...columns.map(({ title }, index) =>
      element('vscode-data-grid-cell', { 'cell-type': 'columnheader', 'grid-column': String(index + 1) }, title),
    ),
  );
  const body = rows.map((row) =>
    element(
      'vscode-data-grid-row',
      { 'grid-template-columns': tracks },
      ...columns.map(({ cell }, index) =>
        element('vscode-data-grid-cell', { 'grid-column': String(index + 1) }, cell(row)),
      ),
    ),
  );
  const attributes = { 'aria-label': label, 'generate-header': 'none', 'grid-template-columns': tracks };
  return element('vscode-data-grid', attributes, header, ...body);
}
