import type { PersistenceFinding } from '../../../core/gateway/PersistenceRow.ts';
import { dataGrid } from './dataGrid.ts';
import { element } from './element.ts';
import { stateLabel, type Tone } from './stateLabel.ts';

const states: Record<PersistenceFinding['state'], readonly [Tone, string]> = {
  kept: ['good', 'Kept'],
  partly: ['warning', 'Partly kept'],
  lost: ['bad', 'Lost on recreate'],
  inImage: ['info', 'In the image'],
  ephemeral: ['neutral', 'Ephemeral'],
};

/** The "What persists where" table of the Docker VM runtime page, each row judged against the container's mounts. */
export function persistenceSection(rows: readonly PersistenceFinding[]): HTMLElement {
  const atRisk = rows.filter(({ state }) => state === 'lost' || state === 'partly').length;
  const verdict =
    atRisk === 0
      ? stateLabel('good', 'Nothing is lost when the container is recreated')
      : stateLabel('bad', `${atRisk} of ${rows.length} would not survive a recreate of the container`);
  const grid = dataGrid<PersistenceFinding>(
    'What persists where',
    [
      {
        title: 'Component',
        width: 'minmax(110px, 1fr)',
        cell: ({ component }) => element('strong', {}, component),
      },
      { title: 'State', width: '140px', cell: ({ state }) => stateLabel(...states[state]) },
      { title: 'Location', width: 'minmax(235px, 2fr)', cell: locations },
      { title: 'Should be kept by', width: 'minmax(110px, 1fr)', cell: ({ mechanism }) => mechanism },
      { title: 'In this container', width: 'minmax(200px, 3fr)', cell: explanation },
    ],
    rows,
  );
  return element(
    'section',
    { 'aria-labelledby': 'persistence' },
    element('h2', { id: 'persistence' }, 'What persists where', verdict),
    grid,
  );
}

function locations({ paths, location }: PersistenceFinding): Node {
  if (paths.length === 0) return element('span', {}, location);
  return element('span', { class: 'paths' }, ...paths.map((path) => element('code', {}, path)));
}

function explanation({ by, explanation: text }: PersistenceFinding): Node {
  const mount = by === undefined || by.source === '' ? undefined : element('code', { class: 'mount' }, by.source);
  return element('span', { class: 'explanation' }, text, mount);
}
