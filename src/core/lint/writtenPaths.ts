import type { ShellCommand } from '../shell/ShellScript.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import { asDownload } from './downloadInstalls.ts';

/** The files and folders that a command makes or changes, as written. */
export function writtenPaths(command: ShellCommand): readonly string[] {
  const { name, argv } = unwrapCommand(command.words);
  const paths: string[] = [];
  for (const redirect of command.redirects) {
    if (redirect.operator.startsWith('>') && redirect.target?.isStatic === true) paths.push(redirect.target.value);
  }
  const output = asDownload(command)?.output;
  if (output !== undefined) paths.push(output);
  const operands = fileTools.has(name) ? argv.slice(1).filter((word) => !word.value.startsWith('-')) : [];
  if (/^(?:cp|mv|install|ln)$/.test(name) && operands.length > 1) paths.push(operands.at(-1)?.value ?? '');
  if (name === 'tee' || name === 'mkdir' || name === 'touch') paths.push(...operands.map((word) => word.value));
  if (name === 'chmod') paths.push(...operands.slice(1).map((word) => word.value));
  if (name === 'tar' || name === 'unzip') {
    const at = argv.findIndex((word) => /^(?:-C|--directory|-d)$/.test(word.value) || /^-[a-zA-Z]*C$/.test(word.value));
    if (at > 0) paths.push(argv[at + 1]?.value ?? '');
  }
  return paths;
}

const fileTools = new Set(['cp', 'mv', 'install', 'ln', 'tee', 'mkdir', 'touch', 'chmod']);
