import type { Statement } from 'unbash';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import type { ShellWord } from '../../shell/ShellWord.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { MappedText } from '../../text/MappedText.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import { asDownload } from '../downloadInstalls.ts';
import type { RunStep } from './rewriteRun.ts';

type Pipeline = Extract<Statement['command'], { readonly type: 'Pipeline' }>;

const shells = /^(?:sh|bash|dash|ash|zsh|ksh)$/;
const interpreters = /^(?:python[\d.]*|node|perl|ruby|php)$/;

/**
 * `curl … | tar -xz` becomes `curl -o FILE … && tar -xzf FILE && rm FILE`: then each program's failure counts.
 * `undefined` where the download is not the first of the pipe, or has its output redirected.
 */
export function splitPipe(
  source: MappedText,
  pipeline: Pipeline,
  command: ShellCommand,
  joiner: '&&' | ';',
): RunStep | undefined {
  const download = asDownload(command);
  const [first, second] = pipeline.commands;
  if (download === undefined || first?.type !== 'Command' || second === undefined) return undefined;
  if (source.sourceOffset(first.pos) !== command.range.start || pipeline.prefixes.length > 0) return undefined;
  if (command.redirects.some(({ descriptor, operator }) => operator.startsWith('>') && (descriptor ?? 1) === 1))
    return undefined;
  const reader = command.pipeline?.parts[1]?.[0];
  if (pipeline.operators[0] !== '|' || reader === undefined) return undefined;
  const isScript = shells.test(unwrapCommand(reader.words).name);
  const file = isScript
    ? '/tmp/install.sh'
    : fileFor(download.urls.find(({ value }) => /^https?:/.test(value))?.value ?? '');
  if (source.text.includes(file)) return undefined;
  const save = saveTo(command, file);
  const read = second.type === 'Command' ? readFrom(source, second.end, reader, file) : undefined;
  if (save === undefined || read === undefined) return undefined;
  const end = source.sourceRange(pipeline.pos, pipeline.end).end;
  const tail = joiner === ';' ? `; rm ${file}` : ` && rm ${file}`;
  return {
    edits: [
      ...save,
      ...operatorEdits(source, first.end, second.pos, joiner),
      ...read,
      { range: { start: end, end }, newText: tail },
    ],
    what: `a file in place of the pipe`,
  };
}

/** Named as the asset is, so that whoever reads it knows what it holds. */
function fileFor(url: string): string {
  const name = url.replace(/[?#].*$/, '').replace(/^.*\//, '');
  return `/tmp/${/^[\w][\w.+-]*$/.test(name) ? name : 'download'}`;
}

/** Where the download says how its output is called, that word changes; else an option comes before the address. */
function saveTo(command: ShellCommand, file: string): readonly TextEdit[] | undefined {
  const { argv, name } = unwrapCommand(command.words);
  const option = name === 'curl' ? '-o' : '-O';
  for (const [index, word] of argv.entries()) {
    const next = argv[index + 1];
    if (name === 'wget' && /^-[a-zA-Z]*O-$/.test(word.value))
      return [{ range: word.range, newText: `${word.value.slice(0, -1)} ${file}` }];
    if (/^--output(?:-document)?=-$/.test(word.value))
      return [{ range: word.range, newText: `${word.value.slice(0, -1)}${file}` }];
    const names = name === 'wget' ? /^(?:-[a-zA-Z]*O|--output-document)$/ : /^(?:-[a-zA-Z]*o|--output)$/;
    if (names.test(word.value) && /^(?:-|\/dev\/stdout)$/.test(next?.value ?? '') && next !== undefined)
      return [{ range: next.range, newText: file }];
  }
  const address = asDownload(command)?.urls.find(({ value }) => /^https?:|\$/.test(value));
  if (address === undefined || asDownload(command)?.output !== undefined) return undefined;
  return [{ range: { start: address.range.start, end: address.range.start }, newText: `${option} ${file} ` }];
}

/** The `|` and the blanks beside it; what continues the line stays where it is. */
function operatorEdits(source: MappedText, from: number, to: number, joiner: '&&' | ';'): readonly TextEdit[] {
  const at = source.text.indexOf('|', from);
  if (at === -1 || at >= to) return [];
  const operator = source.sourceOffset(at);
  if (joiner === '&&') return [{ range: { start: operator, end: operator + 1 }, newText: '&&' }];
  const end = source.sourceOffset(from);
  const blanks = /^[ \t]*/.exec(source.text.slice(at + 1, to))?.[0].length ?? 0;
  // Blanks in the text may be a continued line in the file.
  if (operator - end <= 1) return [{ range: { start: end, end: operator + 1 }, newText: ';' }];
  const rest = source.sourceOffset(at + 1 + blanks) - operator > 2 ? 1 : 1 + blanks;
  return [
    { range: { start: end, end }, newText: ';' },
    { range: { start: operator, end: operator + rest }, newText: '' },
  ];
}

/** The reader takes the file by its name where it can, else as its input. */
function readFrom(
  source: MappedText,
  end: number,
  reader: ShellCommand,
  file: string,
): readonly TextEdit[] | undefined {
  if (reader.redirects.some(({ operator }) => operator.startsWith('<'))) return undefined;
  const { argv, name } = unwrapCommand(reader.words);
  const at = source.sourceRange(0, end).end;
  const asInput: TextEdit = { range: { start: at, end: at }, newText: ` < ${file}` };
  const last = argv.at(-1);
  if (last === undefined) return undefined;
  if (shells.test(name)) {
    const input = argv.findIndex(({ value }) => /^(?:-|-s|\/dev\/stdin)$/.test(value));
    const given = argv[input];
    if (given === undefined)
      return argv.slice(1).every(({ value }) => value.startsWith('-'))
        ? [{ range: { start: last.range.end, end: last.range.end }, newText: ` ${file}` }]
        : [asInput];
    const dashes = argv[input + 1]?.value === '--' ? argv[input + 1] : undefined;
    const range = { start: given.range.start, end: (dashes ?? given).range.end };
    return [{ range, newText: file }];
  }
  if (interpreters.test(name)) {
    const input = argv.find(({ value }) => value === '-');
    return input === undefined ? [asInput] : [{ range: input.range, newText: file }];
  }
  return name === 'tar' || name === 'bsdtar' ? (readArchive(argv, file) ?? [asInput]) : [asInput];
}

/** `xzf -` names the file already, `-xz` gets an `f`. */
function readArchive(argv: readonly ShellWord[], file: string): readonly TextEdit[] | undefined {
  for (const [index, word] of argv.entries()) {
    if (index === 0) continue;
    const { range, value } = word;
    const next = argv[index + 1];
    if (/^-?[a-zA-Z]*f$/.test(value) && next?.value === '-') return [{ range: next.range, newText: file }];
    const isPlain = range.end - range.start === value.length && (value.startsWith('-') || index === 1);
    if (isPlain && /^-?[xzjJvpO]+$/.test(value) && value.includes('x'))
      return [{ range: { start: range.end, end: range.end }, newText: `f ${file}` }];
  }
  return undefined;
}
