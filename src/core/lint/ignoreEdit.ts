import { parseDockerfile } from '../dockerfile/parseDockerfile.ts';
import { isComposePath, isDockerfilePath, isSkillPath } from '../workspace/isProjectFile.ts';

/** A comment that silences a finding, to be inserted as lines of their own. */
export interface IgnoreEdit {
  /** The start of a line. */
  readonly offset: number;
  /** Up to the reason, such as `  # openclaw-vm ignore=runtime-install `; the reason and a line end follow. */
  readonly prefix: string;
  readonly lineEnd: string;
  /** It silences the rule in the whole file: above the line no comment could stand. */
  readonly isForFile: boolean;
}

/**
 * Where a comment silences a rule for what begins at an offset. In a Dockerfile that is above the instruction, in a script above the
 * first line of the command, in YAML above the line. `undefined`: the file has no comments that begin with `#`.
 */
export function ignoreEdit(path: string, text: string, ruleId: string, offset: number): IgnoreEdit | undefined {
  if (/\.(?:json|md)$/i.test(path) && !isSkillPath(path)) return undefined;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const start = lineStart(text, targetOf(path, text, offset));
  const isCovered = isDockerfilePath(path) || start === lineStart(text, offset);
  if (isCovered && !(isComposePath(path) && isInFoldedScalar(text, start))) {
    const indent = /^[ \t]*/.exec(text.slice(start, start + 200))?.[0] ?? '';
    return { offset: start, prefix: `${indent}# openclaw-vm ignore=${ruleId} `, lineEnd, isForFile: false };
  }
  return { offset: afterFirstLines(text), prefix: `# openclaw-vm ignore-file=${ruleId} `, lineEnd, isForFile: true };
}

/** The first character of what the comment goes above. */
function targetOf(path: string, text: string, offset: number): number {
  if (isDockerfilePath(path)) {
    const { instructions } = parseDockerfile(text);
    return instructions.find(({ range }) => offset >= range.start && offset <= range.end)?.range.start ?? offset;
  }
  if (isComposePath(path) || isSkillPath(path)) return offset;
  let at = lineStart(text, offset);
  // A comment between the lines of one command would end it.
  while (at > 0 && /\\\r?\n$/.test(text.slice(Math.max(0, at - 3), at))) at = lineStart(text, at - 1);
  return at;
}

/** In `key: >` every line is text, and lines become one: a comment would swallow what follows. */
function isInFoldedScalar(text: string, start: number): boolean {
  const indent = indentAt(text, start);
  for (let at = start; at > 0; ) {
    at = lineStart(text, at - 1);
    const line = text.slice(at, Math.max(at, text.indexOf('\n', at)));
    if (line.trim() === '' || indentAt(text, at) >= indent) continue;
    return /(?:^|[\s:-])>[-+\d]*\s*(?:#.*)?$/.test(line.trimEnd());
  }
  return false;
}

function indentAt(text: string, start: number): number {
  return /^ */.exec(text.slice(start, start + 200))?.[0].length ?? 0;
}

/** `#!`, parser directives and an opening `---` stay on top. */
function afterFirstLines(text: string): number {
  const first = /^(?:\ufeff?#!.*\r?\n|\ufeff?---[ \t]*\r?\n|#[ \t]*(?:syntax|escape|check)[ \t]*=.*\r?\n)+/i.exec(text);
  return first?.[0].length ?? 0;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
