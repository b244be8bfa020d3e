import type { FoundProblem } from '../../../core/gateway/KnownProblem.ts';
import { element } from './element.ts';
import { stateLabel } from './stateLabel.ts';

/** What the gateway's log says is wrong, latest first, with what to do about it. */
export function problemsSection(problems: readonly FoundProblem[]): HTMLElement {
  const items = [...problems]
    .reverse()
    .map((problem) =>
      element(
        'li',
        {},
        stateLabel('bad', problem.meaning),
        element('p', {}, problem.remedy),
        element('pre', { tabindex: '0', 'aria-label': 'What the log says' }, problem.evidence),
      ),
    );
  return element(
    'section',
    { class: 'problems', 'aria-labelledby': 'problems' },
    element('h2', { id: 'problems' }, 'Problems in the log'),
    element('ul', {}, ...items),
  );
}
