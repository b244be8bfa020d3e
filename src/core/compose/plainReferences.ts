/** A `$NAME` or `${NAME}` of a compose file that has neither a default nor an error message. */
export interface PlainReference {
  readonly name: string;
  /** In the text that was searched. */
  readonly start: number;
  readonly end: number;
}

/** Such references in a value, as written. What stands inside another one's default counts only when that is used, so not here. */
export function plainReferences(text: string): readonly PlainReference[] {
  const found: PlainReference[] = [];
  for (let at = text.indexOf('$'); at !== -1; at = text.indexOf('$', at)) {
    const match = /^\$(?:(\$)|\{(\w+)\}|([A-Za-z_]\w*)|\{)/.exec(text.slice(at, at + 256));
    if (match === null) {
      at++;
      continue;
    }
    const [whole, escaped, braced, bare] = match;
    const name = braced ?? bare;
    if (name !== undefined) found.push({ name, start: at, end: at + whole.length });
    at += name === undefined && escaped === undefined ? lengthToClosing(text, at) : whole.length;
  }
  return found;
}

function lengthToClosing(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at + 1 - start;
  }
  return text.length - start;
}
