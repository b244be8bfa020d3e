import { cleanLogLine } from './cleanLogLine.ts';
import type { FoundProblem, KnownProblem } from './KnownProblem.ts';
import { maskSecrets } from './maskSecrets.ts';
import { parseLogLine } from './parseLogLine.ts';
import { problems } from './problems.ts';

/**
 * The known problems in raw log lines of a gateway, each once (its last occurrence), in the order in which they occurred.
 * `secrets` are values that must not show in the evidence.
 */
export function findProblems(rawLines: readonly string[], secrets: Iterable<string> = []): readonly FoundProblem[] {
  const messages = rawLines.flatMap((raw, lineIndex) =>
    messageLines(raw).map((text) => ({ text, lineIndex }) satisfies MessageLine),
  );
  const known = [...secrets];
  const latest = new Map<string, FoundProblem>();
  const seen = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.text.startsWith(firstLineOfStart)) seen.clear();
    const problem = problems.find((candidate) => candidate.match.test(message.text));
    if (problem === undefined || problem.sideEffectOf?.some((id) => seen.has(id)) === true) continue;
    seen.add(problem.id);
    latest.delete(problem.id);
    latest.set(problem.id, foundProblem(problem, messages, index, known));
  }
  return [...latest.values()];
}

interface MessageLine {
  readonly text: string;
  readonly lineIndex: number;
}

const evidenceLineLimit = 6;
/** Side effects are told from causes within one start of the gateway only. */
const firstLineOfStart = 'loading configuration';

/** JSON formats carry messages of several lines in one. */
function messageLines(raw: string): readonly string[] {
  const clean = cleanLogLine(raw);
  return parseLogLine(clean).message.split(/\r?\n/);
}

function foundProblem(
  problem: KnownProblem,
  messages: readonly MessageLine[],
  index: number,
  secrets: readonly string[],
): FoundProblem {
  const evidence = [messages[index]?.text ?? ''];
  for (let next = index + 1; next < messages.length && evidence.length < evidenceLineLimit; next++) {
    const text = messages[next]?.text ?? '';
    if (problem.followedBy?.test(text) !== true) break;
    evidence.push(text);
  }
  return {
    id: problem.id,
    meaning: problem.meaning,
    remedy: problem.remedy,
    ...(problem.exitCode === undefined ? {} : { exitCode: problem.exitCode }),
    evidence: maskSecrets(evidence.join('\n').trim(), secrets),
    lineIndex: messages[index]?.lineIndex ?? 0,
  };
}
