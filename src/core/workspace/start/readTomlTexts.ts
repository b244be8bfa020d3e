import type { MappedText } from '../../text/MappedText.ts';

/** A text value of a TOML file. */
export interface TomlText {
  /** The table's name, such as `build`; empty above the first one. Tables of an array (`[[x]]`) have theirs too. */
  readonly table: string;
  readonly key: string;
  readonly text: MappedText;
}

/**
 * The texts that stand on one line in a TOML file (https://toml.io/en/v1.0.0), by table and key. Never fails: other values are left out.
 */
export function readTomlTexts(source: MappedText): readonly TomlText[] {
  const texts: TomlText[] = [];
  let table = '';
  let at = 0;
  for (const line of source.text.split('\n')) {
    const header = /^\s*\[\[?\s*([\w."'-]+)\s*\]/.exec(line);
    if (header !== null) table = (header[1] ?? '').replace(/["']/g, '');
    const entry = header === null ? /^\s*(?:([\w.-]+)|"([^"]*)"|'([^']*)')\s*=\s*(?=["'])/.exec(line) : null;
    if (entry !== null) {
      const from = at + entry[0].length;
      const text = readText(source, from, at + line.length);
      const name = entry[1] ?? entry[2] ?? entry[3] ?? '';
      // `deploy.startCommand` names a table too.
      const dot = entry[1] === undefined ? -1 : name.lastIndexOf('.');
      const inTable = dot === -1 ? table : [table, name.slice(0, dot)].filter((part) => part !== '').join('.');
      if (text !== undefined) texts.push({ table: inTable, key: name.slice(dot + 1), text });
    }
    at += line.length + 1;
  }
  return texts;
}

function readText(source: MappedText, from: number, until: number): MappedText | undefined {
  const { text } = source;
  const quote = text[from];
  if (text.startsWith(`${quote}${quote}${quote}`, from)) return undefined;
  if (quote === "'") {
    const end = text.indexOf("'", from + 1);
    return end === -1 || end > until ? undefined : source.slice(from + 1, end);
  }
  const builder = source.builder(from + 1);
  for (let at = from + 1; at < until; at++) {
    const character = text[at] ?? '';
    if (character === '"') return builder.build();
    if (character === '\\') {
      at++;
      const escaped = text[at] ?? '';
      builder.append(escapes[escaped] ?? escaped, at);
    } else builder.append(character, at);
  }
  return undefined;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
