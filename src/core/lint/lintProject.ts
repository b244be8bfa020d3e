import type { TextEdit } from '../text/TextEdit.ts';
import type { TextRange } from '../text/TextRange.ts';
import { modelOf } from '../workspace/modelOf.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';
import { docsUrl } from './docsUrl.ts';
import { type IgnoredRule, ignoredRules } from './ignoreComments.ts';
import type { Fix, PeerRules, Problem, RelatedLocation, Severity } from './Problem.ts';
import type { Finding, Rule } from './Rule.ts';
import { rules } from './rules/index.ts';

export interface LintSettings {
  /** By rule id, instead of the rule's own severity; `off` silences it. */
  readonly severities?: Readonly<Record<string, Severity | 'off'>>;
}

/** Id of the finding about an ignore comment that silences nothing. */
export const unusedIgnoreId = 'unused-ignore';

/** All findings in a project, by path and position. Files that are missing or broken are looked at as far as they can be understood. */
export function lintProject(project: ProjectFiles, settings: LintSettings = {}): readonly Problem[] {
  const model = modelOf(project);
  const ignores = new Ignores(project);
  const problems: Problem[] = [];
  for (const rule of rules) {
    const severity = settings.severities?.[rule.id];
    if (severity === 'off') continue;
    for (const finding of rule.check(model)) {
      if (ignores.covers(finding.path, rule.id, finding.range.start)) continue;
      problems.push(new FoundProblem(rule, withoutInlineFixes(finding, model), severity));
    }
  }
  problems.push(...unusedIgnores(ignores, settings));
  return problems.sort(comparePlaces);
}

/** A change of what stands inside a compose file would need the indentation of its place: there is none for it. */
function withoutInlineFixes(finding: Finding, model: ProjectModel): Finding {
  if (model.inlineImages.length === 0 || !model.isInline(finding.path, finding.range.start)) return finding;
  return { ...finding, fixes: [] };
}

/** By path and position. */
export function comparePlaces(a: Problem, b: Problem): number {
  return compare(a.path, b.path) || a.range.start - b.range.start || compare(a.ruleId, b.ruleId);
}

class FoundProblem implements Problem {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string;
  readonly range: TextRange;
  readonly related: readonly RelatedLocation[];
  readonly peers?: PeerRules;
  #fixes: Finding['fixes'];

  constructor(rule: Rule, finding: Finding, severity: Severity | undefined) {
    this.ruleId = rule.id;
    this.severity = severity ?? finding.severity ?? rule.severity;
    this.message = finding.message;
    this.path = finding.path;
    // Those of the finding follow the next edits; a problem speaks of one text.
    this.range = copied(finding.range);
    this.related = finding.related?.map((place) => ({ ...place, range: copied(place.range) })) ?? [];
    if (finding.peers !== undefined) this.peers = { ...finding.peers, range: copied(finding.peers.range) };
    this.#fixes = finding.fixes;
  }

  get docsUrl(): string {
    return docsUrl(this.ruleId);
  }

  get fixes(): readonly Fix[] {
    return this.#ownFixes.map(copiedFix);
  }

  get fixTitle(): string | undefined {
    return this.#ownFixes[0]?.title;
  }

  /** Those of the finding: their edits follow the next ones, and may not be worked out yet. */
  get #ownFixes(): readonly Fix[] {
    if (typeof this.#fixes === 'function') this.#fixes = this.#fixes();
    return this.#fixes ?? [];
  }
}

function copiedFix({ edits, ...fix }: Fix): Fix {
  const copiedEdit = ({ range, newText }: TextEdit): TextEdit => ({ range: copied(range), newText });
  return { ...fix, edits: edits.map(({ path, edits: inFile }) => ({ path, edits: inFile.map(copiedEdit) })) };
}

function copied({ start, end }: TextRange): TextRange {
  return { start, end };
}

class Ignores {
  readonly #byPath = new Map<string, readonly IgnoredRule[]>();
  readonly #used = new Set<IgnoredRule>();

  constructor(project: ProjectFiles) {
    for (const [path, text] of project.texts) {
      const ignored = ignoredRules(path, text);
      if (ignored.length > 0) this.#byPath.set(path, ignored);
    }
  }

  covers(path: string, ruleId: string, offset: number): boolean {
    const found = this.#byPath
      .get(path)
      ?.filter(
        (ignored) => ignored.ruleId === ruleId && offset >= ignored.covers.start && offset <= ignored.covers.end,
      );
    for (const ignored of found ?? []) this.#used.add(ignored);
    return found !== undefined && found.length > 0;
  }

  *unused(): Iterable<{ readonly path: string; readonly ignored: IgnoredRule }> {
    for (const [path, all] of this.#byPath) {
      for (const ignored of all) if (!this.#used.has(ignored)) yield { path, ignored };
    }
  }
}

const ruleIds = new Set(rules.map((rule) => rule.id));

function unusedIgnores(ignores: Ignores, settings: LintSettings): readonly Problem[] {
  const severity = settings.severities?.[unusedIgnoreId] ?? 'hint';
  if (severity === 'off') return [];
  const problems: Problem[] = [];
  for (const { path, ignored } of ignores.unused()) {
    if (settings.severities?.[ignored.ruleId] === 'off') continue;
    const message = ruleIds.has(ignored.ruleId)
      ? `Nothing here is found by ${ignored.ruleId}: this comment can go.`
      : `There is no rule "${ignored.ruleId}": this comment silences nothing.`;
    const docs = docsUrl(unusedIgnoreId);
    problems.push({
      ruleId: unusedIgnoreId,
      severity,
      message,
      path,
      range: ignored.range,
      related: [],
      docsUrl: docs,
      fixes: [],
      fixTitle: undefined,
    });
  }
  return problems;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
