import type { BinaryCheck } from '../../../application/verify/GatewayChecks.ts';
import { dataGrid } from './dataGrid.ts';
import { element } from './element.ts';
import { stateLabel, type Tone } from './stateLabel.ts';

const states: Record<BinaryCheck['state'], readonly [Tone, string]> = {
  present: ['good', 'Present'],
  missing: ['bad', 'Missing'],
  empty: ['bad', 'Empty file'],
  notExecutable: ['bad', 'Not executable'],
  broken: ['bad', 'Does not start'],
  unknown: ['neutral', 'Unknown'],
};

/** The binaries that the skills need, as they are in the running container. */
export function binariesSection(binaries: readonly BinaryCheck[]): HTMLElement {
  const present = binaries.filter(({ state }) => state === 'present').length;
  const summary = binaries.length === 0 ? '' : ` ${present} of ${binaries.length}`;
  const grid = dataGrid<BinaryCheck>(
    'Binaries in the running container',
    [
      { title: 'Binary', width: 'minmax(90px, 1fr)', cell: ({ name }) => element('strong', {}, name) },
      { title: 'State', width: '150px', cell: ({ state }) => stateLabel(...states[state]) },
      {
        title: 'Path',
        width: 'minmax(140px, 2fr)',
        cell: ({ path }) => (path === undefined ? '' : element('code', {}, path)),
      },
      {
        title: 'What it says',
        width: 'minmax(160px, 3fr)',
        cell: ({ state, version, explanation }) => (state === 'present' ? (version ?? explanation) : explanation),
      },
    ],
    binaries,
  );
  const none = element(
    'p',
    { class: 'quiet' },
    'No skill of the workspace names a binary. Open the project that the image is built from to have its binaries verified.',
  );
  return element(
    'section',
    { 'aria-labelledby': 'binaries' },
    element('h2', { id: 'binaries' }, 'Binaries', element('span', { class: 'quiet' }, summary)),
    binaries.length === 0 ? none : grid,
  );
}
