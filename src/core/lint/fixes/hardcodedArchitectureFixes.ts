import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import type { Flag, Instruction } from '../../dockerfile/Instruction.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import type { DownloadSite } from '../downloadSites.ts';
import { LateFix } from '../LateFix.ts';
import type { Fix } from '../Problem.ts';
import type { RunScript } from '../runScripts.ts';
import { catalogDownload } from './catalogDownload.ts';
import { replaceByStanza } from './replaceByStanza.ts';

/** The stanza for a binary of the catalog; for all others the same download, its name chosen by the architecture that is built for. */
export function hardcodedArchitectureFixes(site: DownloadSite, catalog: BinaryCatalog): readonly Fix[] {
  // An ADD has no shell that could choose, and TARGETARCH is empty in the classic builder.
  if (site.run === undefined) return [];
  const { script, command } = site.run;
  // A name that never existed would hide behind the variable.
  const known = catalogDownload(site.url, catalog);
  const isWrong = known !== undefined && (known.insteadOf !== undefined || /\/latest\/download\//.test(site.url));
  const edits = isWrong ? undefined : chooseByArchitecture(script);
  const choice: Fix[] =
    edits === undefined
      ? []
      : [new LateFix('Choose the file for amd64 or arm64 by TARGETARCH', () => [{ path: site.path, edits: edits() }])];
  return [...replaceByStanza(script, command, catalog), ...choice];
}

/** `FROM --platform=linux/amd64 image` without the flag. */
export function withoutPlatform(path: string, dockerfileText: string, { range, value }: Flag): Fix {
  const blank = /^[ \t]*/.exec(dockerfileText.slice(range.end))?.[0].length ?? 0;
  const edit = { range: { start: range.start, end: range.end + blank }, newText: '' };
  return {
    title: `Build for the machine's own architecture, not always for ${value}`,
    edits: [{ path, edits: [edit] }],
  };
}

const spelling = /(?<![a-zA-Z0-9])(amd64|x86_64|x64|arm64|aarch64)(?![a-zA-Z0-9])/g;

interface Names {
  readonly amd64: string;
  readonly arm64: string;
}

/** How projects that call one architecture so call the other. */
function namesLike(word: string, isUnameStyle: boolean): Names {
  switch (word) {
    case 'amd64':
    case 'arm64':
      return { amd64: isUnameStyle ? 'x86_64' : 'amd64', arm64: 'arm64' };
    case 'x64':
      return { amd64: 'x64', arm64: 'arm64' };
    default:
      // GoReleaser's templates write Linux_x86_64 beside Linux_arm64; compilers' triples are x86_64-… beside aarch64-….
      return { amd64: 'x86_64', arm64: isUnameStyle ? 'arm64' : 'aarch64' };
  }
}

/** One variable for the first spelling, another one for the second; more than two are beyond us. */
const variables = ['arch', 'machine'] as const;

/** What to edit is worked out when it is asked for. */
function chooseByArchitecture(run: RunScript): (() => readonly TextEdit[]) | undefined {
  const { instruction, script, stage } = run;
  const { source } = script;
  const [heredoc] = instruction.heredocs;
  const isHeredoc = heredoc !== undefined && source.sourceOffset(0) === heredoc.body.start;
  const isOwn = isHeredoc || (heredoc === undefined && source.sourceOffset(0) === instruction.body.sourceOffset(0));
  if (!isOwn || instruction.body.text.startsWith('[')) return undefined;
  if (!/(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(run.state.shell[0] ?? '')) return undefined;
  if (variables.some((name) => new RegExp(`\\b${name}=`).test(source.text))) return undefined;
  const found = [...source.text.matchAll(spelling)].filter((match) => isExpandable(source.text, match.index));
  const words = [...new Set(found.map(([word]) => word))];
  if (words.length === 0 || words.length > variables.length) return undefined;
  const first = script.syntax.commands[0];
  if (first === undefined) return undefined;
  return () => {
    const branches = new Map<string, Names>();
    for (const [index, word] of words.entries()) {
      const isUnameStyle = new RegExp(`Linux_${word}`).test(source.text);
      branches.set(variables[index] ?? '', namesLike(word, isUnameStyle));
    }
    const at = source.sourceOffset(first.pos);
    const join = isHeredoc ? '\n' : `${run.dockerfile.escape === '`' ? ' `' : ' \\'}${lineEnd(run)}    `;
    const edits = found.map((match): TextEdit => {
      const start = source.sourceOffset(match.index);
      const name = variables[words.indexOf(match[0])] ?? '';
      const needsBraces = /\w/.test(source.text[match.index + match[0].length] ?? '');
      return { range: { start, end: start + match[0].length }, newText: needsBraces ? `\${${name}}` : `$${name}` };
    });
    edits.push({ range: { start: at, end: at }, newText: caseOf(branches, join, isHeredoc) });
    if (!knowsTarget(stage.instructions, instruction)) {
      const { start } = instruction.range;
      edits.push({ range: { start, end: start }, newText: `ARG TARGETARCH${lineEnd(run)}` });
    }
    return edits.toSorted((a, b) => a.range.start - b.range.start);
  };
}

/** Falls back to the machine's own architecture where the builder does not say: the classic one leaves TARGETARCH empty. */
function caseOf(branches: ReadonlyMap<string, Names>, join: string, isHeredoc: boolean): string {
  const set = (architecture: keyof Names): string =>
    [...branches].map(([name, names]) => `${name}=${names[architecture]}`).join('; ');
  const lines = [
    `case "\${TARGETARCH:-$(uname -m)}" in`,
    `  amd64|x86_64) ${set('amd64')} ;;`,
    `  arm64|aarch64) ${set('arm64')} ;;`,
    `  *) echo "no build for \${TARGETARCH:-$(uname -m)}" >&2; exit 1 ;;`,
  ];
  return `${lines.join(join)}${join}esac${isHeredoc ? '' : ';'}${join}`;
}

/** A shell puts variables in there: not between single quotes. */
function isExpandable(text: string, index: number): boolean {
  let quote = '';
  for (let at = 0; at < index; at++) {
    const char = text[at] ?? '';
    if (char === '\\' && quote !== "'") at++;
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = '';
  }
  return quote !== "'";
}

function knowsTarget(instructions: readonly Instruction[], until: Instruction): boolean {
  return instructions
    .slice(0, instructions.indexOf(until))
    .some(({ keyword, words }) => keyword === 'ARG' && words.some(({ value }) => value.split('=')[0] === 'TARGETARCH'));
}

function lineEnd({ dockerfile }: RunScript): string {
  return dockerfile.text.includes('\r\n') ? '\r\n' : '\n';
}
