import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import { ProjectModel } from '../workspace/ProjectModel.ts';
import { docsUrl } from './docsUrl.ts';
import type { Problem, Severity } from './Problem.ts';
import { rules } from './rules/index.ts';

export interface LintSettings {
  /** By rule id, instead of the rule's own severity; `off` silences it. */
  readonly severities?: Readonly<Record<string, Severity | 'off'>>;
}

/** All findings in a project, by path and position. Files that are missing or broken are looked at as far as they can be understood. */
export function lintProject(project: ProjectFiles, settings: LintSettings = {}): readonly Problem[] {
  const model = new ProjectModel(project);
  const problems: Problem[] = [];
  for (const rule of rules) {
    const severity = settings.severities?.[rule.id];
    if (severity === 'off') continue;
    for (const finding of rule.check(model)) {
      problems.push({
        ruleId: rule.id,
        severity: severity ?? finding.severity ?? rule.severity,
        message: finding.message,
        path: finding.path,
        range: finding.range,
        related: finding.related ?? [],
        docsUrl: docsUrl(rule.id),
        fixes: finding.fixes ?? [],
      });
    }
  }
  return problems.sort(
    (a, b) => compare(a.path, b.path) || a.range.start - b.range.start || compare(a.ruleId, b.ruleId),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
