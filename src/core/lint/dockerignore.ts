/**
 * Tells which paths a `.dockerignore` keeps out of the build context
 * (https://docs.docker.com/build/concepts/context/#dockerignore-files). Paths are relative to the context, without a leading slash.
 */
export function dockerignore(text: string): (path: string) => boolean {
  const patterns: { readonly isException: boolean; readonly matches: RegExp }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || line.startsWith('#')) continue;
    const isException = trimmed.startsWith('!');
    const pattern = (isException ? trimmed.slice(1).trim() : trimmed).replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
    if (pattern === '') continue;
    try {
      // A pattern that names a folder covers what is in it.
      const tail = pattern === '.' ? '.*' : `${toExpression(pattern)}(?:/.*)?`;
      patterns.push({ isException, matches: new RegExp(`^${tail}$`) });
    } catch {
      // A character class that is no class: the builder refuses the file.
    }
  }
  return (path) => {
    let isIgnored = false;
    for (const { isException, matches } of patterns) if (matches.test(path)) isIgnored = !isException;
    return isIgnored;
  };
}

/** `*` and `?` stay within a folder, `**` does not (Go's filepath.Match, and `**` as the builder adds it). */
function toExpression(pattern: string): string {
  let expression = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (pattern.startsWith('**', at)) {
      const isFolder = pattern[at + 2] === '/';
      expression += isFolder ? '(?:.*/)?' : '.*';
      at += isFolder ? 2 : 1;
    } else if (char === '*') expression += '[^/]*';
    else if (char === '?') expression += '[^/]';
    else if (char === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end === -1) return `${expression}\\[`;
      expression += pattern.slice(at, end + 1);
      at = end;
    } else if (char === '\\') {
      at++;
      expression += escaped(pattern[at] ?? '');
    } else expression += escaped(char);
  }
  return expression;
}

function escaped(char: string): string {
  return char.replace(/[.+^${}()|[\]\\*?]/, '\\$&');
}
