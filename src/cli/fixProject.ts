import type { ProjectRead } from '../application/ports/ReadProject.ts';
import { type FixedProblem, fixAll } from '../core/lint/fixAll.ts';
import type { Problem } from '../core/lint/Problem.ts';
import type { CliHost } from './runCli.ts';
import { unifiedDiff } from './unifiedDiff.ts';

/** A project after its fixes. */
export interface FixOutcome {
  /** Every file that changes could be written. */
  readonly ok: boolean;
  /** The project as it is now: after a dry run as it was. */
  readonly read: ProjectRead;
  /** What is found in it. */
  readonly problems: readonly Problem[];
}

/** Applies the preferred fixes, or with `show` prints what they would change. `shown` holds the diffs that were printed already. */
export function fixProject(read: ProjectRead, mode: 'write' | 'show', host: CliHost, shown: Set<string>): FixOutcome {
  const { project, only, displayPath } = read;
  const result = fixAll(project, only === undefined ? {} : { only });
  const before = (path: string): string | undefined => project.texts.get(path);
  if (mode === 'show') {
    for (const [path, text] of result.texts) {
      const diff = unifiedDiff(displayPath(path), before(path), text);
      if (!shown.has(`${path}\n${diff}`)) host.write(diff);
      shown.add(`${path}\n${diff}`);
    }
    reportFixed('would fix', result.fixed, read, host);
    const left = count(wanted(result.remaining, only).length, 'finding');
    host.writeError(`${count(result.fixed.length, 'finding')} would be fixed, ${left} would remain.\n`);
    return { ok: true, read, problems: problemsAsTheyWere(result.fixed, result.remaining) };
  }
  const unwritten = writeTexts(result.texts, read, host);
  reportFixed('fixed', result.fixed, read, host);
  const texts = new Map([...project.texts, ...result.texts]);
  return {
    ok: unwritten === 0,
    read: { ...read, project: { ...project, texts } },
    problems: result.remaining,
  };
}

/** Only whether there are any matters to the exit code of a dry run. */
function problemsAsTheyWere(fixed: readonly FixedProblem[], remaining: readonly Problem[]): readonly Problem[] {
  return [...fixed.map(({ problem }) => problem), ...remaining];
}

function wanted(problems: readonly Problem[], only: string | undefined): readonly Problem[] {
  return only === undefined ? problems : problems.filter(({ path }) => path === only);
}

/** Returns how many files could not be written. */
function writeTexts(texts: ReadonlyMap<string, string>, { project, displayPath }: ProjectRead, host: CliHost): number {
  let failed = 0;
  for (const [path, text] of texts) {
    const result = host.replaceText(path, project.texts.get(path), text);
    if (result.ok) continue;
    failed += 1;
    host.writeError(`openclaw-vm: ${displayPath(path)} could not be written: ${result.reason}.\n`);
  }
  return failed;
}

/** What a person reads beside the diff or the findings that remain; both of those are for programs too. */
function reportFixed(word: string, fixed: readonly FixedProblem[], { displayPath }: ProjectRead, host: CliHost): void {
  for (const { problem, title } of fixed)
    host.writeError(`${displayPath(problem.path)}: ${word} ${problem.ruleId}: ${title}\n`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
