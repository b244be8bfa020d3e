import type { ShellCommand, ShellRedirect } from '../../shell/ShellScript.ts';
import type { ShellWord } from '../../shell/ShellWord.ts';

/** A command as shell text, with what is known of its variables put in. `undefined` where something in it is known at run time only. */
export function renderCommand({ assignments, redirects, words }: ShellCommand): string | undefined {
  const parts: string[] = [];
  for (const { name, value } of assignments) {
    if (value !== undefined && !value.isStatic) return undefined;
    parts.push(`${name}=${value === undefined ? '' : quoted(value.value)}`);
  }
  const [first, ...rest] = words;
  if (!words.every((word) => word.isStatic)) return undefined;
  // `exec` ends the script; what it starts does not depend on it.
  const own = first?.value === 'exec' ? rest : words;
  parts.push(...own.map(({ value }) => quoted(value)));
  for (const redirect of redirects) {
    const text = renderRedirect(redirect);
    if (text === undefined) return undefined;
    if (text !== '') parts.push(text);
  }
  return parts.join(' ');
}

/** What goes to /dev/null at every start is worth reading in a build. */
function renderRedirect({ body, descriptor, operator, target }: ShellRedirect): string | undefined {
  if (body !== undefined || target === undefined || !isStatic(target)) return undefined;
  if (target.value === '/dev/null' || operator.endsWith('&')) return '';
  return `${descriptor ?? ''}${operator} ${quoted(target.value)}`;
}

function isStatic(word: ShellWord): boolean {
  return word.isStatic;
}

/** Between single quotes where a shell would see more in it than a word. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
