const esc = '\u001b';
const bell = '\u0007';
/** CSI sequences (colours, cursor, `ESC[2K`), OSC sequences (links, titles), and two-character escapes. */
const sequence = new RegExp(
  `${esc}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\)|[@-Z\\\\-_])`,
  'g',
);
const colourSequence = new RegExp(`^${esc}\\[([0-9;]*)m$`);

/** `text` without terminal sequences. */
export function stripAnsi(text: string): string {
  return text.includes(esc) ? text.replace(sequence, '') : text;
}

/** The text without terminal sequences, and the basic foreground colour (30–37, 90–97) in effect at each of its characters. */
export function splitColours(text: string): { readonly plain: string; colourAt(index: number): number | undefined } {
  const changes: { readonly from: number; readonly colour: number | undefined }[] = [];
  let plain = '';
  let position = 0;
  for (const match of text.matchAll(sequence)) {
    plain += text.slice(position, match.index);
    position = match.index + match[0].length;
    const parameters = colourSequence.exec(match[0])?.[1];
    if (parameters === undefined) continue;
    const colour = foregroundOf(parameters, changes.at(-1)?.colour);
    changes.push({ from: plain.length, colour });
  }
  plain += text.slice(position);
  return { plain, colourAt: (index) => changes.findLast((change) => change.from <= index)?.colour };
}

function foregroundOf(parameters: string, before: number | undefined): number | undefined {
  let colour = before;
  const codes = parameters.split(';').map(Number);
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 0 || code === 39) colour = undefined;
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) colour = code;
    else if (code === 38 || code === 48) index += codes[index + 1] === 2 ? 4 : 2;
  }
  return colour;
}
