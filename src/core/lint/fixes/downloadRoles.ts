import type { RemovalRole } from '../../shell/removeCommands.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import { baseName } from '../../workspace/paths.ts';
import { asDownload } from '../downloadInstalls.ts';

/** What the commands of a script are to the download of one program, in their order. */
export function downloadRoles(
  commands: readonly ShellCommand[],
  download: ShellCommand,
  program: string,
): readonly RemovalRole[] {
  const output = asDownload(download)?.output;
  const files = new Set([program, ...(output === undefined ? [] : [baseName(output)])]);
  // What is unpacked into a folder of its own is moved out of it and removed with it.
  for (const { words } of commands) {
    const { argv, name } = unwrapCommand(words);
    const isAbout = argv.some(({ value }) => files.has(baseName(value)));
    const folder = name === 'mkdir' ? argv.at(-1)?.value : undefined;
    if (folder !== undefined && /^\/tmp\/./.test(folder)) files.add(baseName(folder));
    else if (isAbout && /^(?:tar|unzip)$/.test(name))
      for (const { value } of argv) if (/^\/tmp\/./.test(value)) files.add(baseName(value));
  }
  return commands.map((command) => roleOf(command, download, files));
}

const fileTools =
  /^(?:chmod|chown|tar|bsdtar|unzip|gunzip|gzip|mv|cp|install|rm|ln|mkdir|file|strip|sha256sum|sha512sum)$/;
const talkers = /^(?:echo|printf|test|\[|true|:|which|command|type|hash|set|cd|export|ls|pwd)$/;

function roleOf(command: ShellCommand, download: ShellCommand, files: ReadonlySet<string>): RemovalRole {
  if (command.range.start === download.range.start) return 'target';
  if (command.pipeline !== undefined && command.pipeline === download.pipeline) return 'helper';
  const { argv, name } = unwrapCommand(command.words);
  const isAbout = (value: string): boolean => value.split('/').some((part) => matches(part, files));
  if (argv.length === 0) return 'talk';
  if (isAbout(argv[0]?.value ?? '') || (fileTools.test(name) && argv.slice(1).some(({ value }) => isAbout(value))))
    return 'helper';
  if (talkers.test(name)) return 'talk';
  return 'other';
}

/** `rm gogcli*` is about the file too. */
function matches(part: string, files: ReadonlySet<string>): boolean {
  if (files.has(part)) return true;
  const start = /^([\w.-]+)\*[\w.-]*$/.exec(part)?.[1];
  return start !== undefined && [...files].some((file) => file.startsWith(start));
}
