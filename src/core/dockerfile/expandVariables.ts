/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-word}`, `${NAME-word}`, `${NAME:+word}` and `${NAME+word}` as the builder does
 * (https://docs.docker.com/reference/dockerfile/#environment-replacement). A name that `lookup` does not know stays as written.
 */
export function expandVariables(text: string, lookup: (name: string) => string | undefined, depth = 0): string {
  if (!text.includes('$')) return text;
  let result = '';
  let at = 0;
  let closings: ReadonlyMap<number, number> | undefined;
  const closingOf = (open: number): number =>
    closings === undefined ? closingBrace(text, open) : (closings.get(open) ?? -1);
  while (at < text.length) {
    if (result.length > maxLength) return text;
    const next = nextSpecial(text, at);
    if (next > at) result += text.slice(at, next);
    if (next === text.length) return result;
    at = next;
    const char = text[at] ?? '';
    if (char === '\\' && at + 1 < text.length) {
      result += text[at + 1] === '$' ? '$' : char + (text[at + 1] ?? '');
      at += 2;
      continue;
    }
    if (char !== '$') {
      result += char;
      at++;
      continue;
    }
    const plain = /^\$([A-Za-z_]\w*)/.exec(text.slice(at, at + 256));
    if (plain !== null) {
      result += lookup(plain[1] ?? '') ?? plain[0];
      at += plain[0].length;
      continue;
    }
    const end = text[at + 1] === '{' ? closingOf(at + 1) : -1;
    const braced = end === -1 ? null : /^([A-Za-z_]\w*)(?:(:?[-+?])(.*))?$/s.exec(text.slice(at + 2, end));
    if (braced === null) {
      // Looking from each of many nested openers to the end again would cost the square of their number.
      if (text[at + 1] === '{') closings ??= closingBraces(text);
      result += char;
      at++;
      continue;
    }
    const [, name = '', operator, word = ''] = braced;
    const value = lookup(name);
    const isSet = value !== undefined && (operator?.startsWith(':') !== true || value !== '');
    const alternative = (): string => (depth > 8 ? word : expandVariables(word, lookup, depth + 1));
    if (operator === undefined) result += value ?? text.slice(at, end + 1);
    else if (operator.endsWith('-')) result += isSet ? value : alternative();
    else if (operator.endsWith('+')) result += isSet ? alternative() : '';
    else result += value ?? '';
    at = end + 1;
  }
  return result;
}

/** Where the next `$` or backslash stands, or the end. */
function nextSpecial(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '$' && text[at] !== '\\') at++;
  return at;
}

/** More than the kernel lets a program have; variables that are made of variables would grow without end. */
const maxLength = 256 * 1024;

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

/** Where each opening brace is closed, by its place; one that is never closed is not in it. */
function closingBraces(text: string): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') open.push(at);
    else if (text[at] === '}') {
      const opener = open.pop();
      if (opener !== undefined) closings.set(opener, at);
    }
  }
  return closings;
}
