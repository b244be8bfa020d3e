import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDataGrid,
  vsCodeDataGridCell,
  vsCodeDataGridRow,
  vsCodeDivider,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';

/** The toolkit's elements that the page uses, by their tag names. The only module that knows the toolkit. */
export interface ToolkitElements {
  'vscode-button': HTMLElement;
  'vscode-data-grid': HTMLElement;
  'vscode-data-grid-row': HTMLElement;
  'vscode-data-grid-cell': HTMLElement;
  'vscode-divider': HTMLElement;
  'vscode-progress-ring': HTMLElement;
}

export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDataGrid(),
    vsCodeDataGridRow(),
    vsCodeDataGridCell(),
    vsCodeDivider(),
    vsCodeProgressRing(),
  );
}
