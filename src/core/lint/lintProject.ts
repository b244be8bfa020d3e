import type { BinaryCatalog } from '../binaries/BinaryCatalog.ts';
import type { TextEdit } from '../text/TextEdit.ts';
import type { TextRange } from '../text/TextRange.ts';
import { modelOf } from '../workspace/modelOf.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';
import { type BuildStage, buildStages } from './buildStages.ts';
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
  const add = (rule: Rule, finding: Finding): void => {
    const severity = settings.severities?.[rule.id];
    if (severity === 'off' || ignores.covers(finding.path, rule.id, finding.range.start)) return;
    problems.push(new FoundProblem(rule, withoutInlineFixes(finding, model), severity));
  };
  const { catalog } = model;
  const ofStages = buildStages(model).flatMap((place) => place.rememberFor(catalog, findingsOfStage));
  for (const { rule, finding } of ofStages) add(rule, finding);
  for (const rule of rules) {
    if (settings.severities?.[rule.id] === 'off') continue;
    const findings = rule.check(model);
    const news = rule.checkStage === undefined ? findings : newFindings(findings, rule, ofStages);
    for (const finding of news) add(rule, finding);
  }
  problems.push(...unusedIgnores(ignores, settings));
  return problems.sort(comparePlaces);
}

interface StageFinding {
  readonly rule: Rule;
  readonly finding: Finding;
}

function findingsOfStage(place: BuildStage, catalog: BinaryCatalog): readonly StageFinding[] {
  const found: StageFinding[] = [];
  for (const rule of rules)
    for (const finding of rule.checkStage?.(place, catalog) ?? []) found.push({ rule, finding });
  return found;
}

/** Of what a rule finds in the project those at places where it has found nothing in a stage: a RUN may write what runs at start. */
function newFindings(findings: Iterable<Finding>, rule: Rule, ofStages: readonly StageFinding[]): readonly Finding[] {
  const list = [...findings];
  if (list.length === 0) return list;
  const known = new Set(
    ofStages.filter((known) => known.rule === rule).map(({ finding }) => `${finding.path}:${finding.range.start}`),
  );
  return list.filter(({ path, range }) => !known.has(`${path}:${range.start}`));
}

/** A change of what stands inside a compose file would need the indentation of its place: there is none for it. */
function withoutInlineFixes(finding: Finding, model: ProjectModel): Finding {
  if (model.inlineImages.length === 0 || !model.isInline(finding.path, finding.range.start)) return finding;
  return { ...finding, fixes: [] };
}

/** By path and position. */
export function comparePlaces(a: Problem, b: Problem): number {
  return (
    (a.path === b.path ? 0 : compare(a.path, b.path)) || a.range.start - b.range.start || compare(a.ruleId, b.ruleId)
  );
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
    this.related = finding.related === undefined ? nothingRelated : finding.related.map(copiedPlace);
    if (finding.peers !== undefined) this.peers = { ids: finding.peers.ids, range: copied(finding.peers.range) };
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

const nothingRelated: readonly RelatedLocation[] = [];

function copiedPlace({ path, range, message }: RelatedLocation): RelatedLocation {
  return { path, range: copied(range), message };
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
    if (this.#byPath.size === 0) return false;
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
