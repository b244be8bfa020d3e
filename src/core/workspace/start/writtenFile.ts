import type { ShellCommand } from '../../shell/ShellScript.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { MappedText } from '../../text/MappedText.ts';
import { resolvePath } from '../paths.ts';

/** A here-document that `cat` or `tee` writes to a file. */
export function writtenFile({ words, redirects }: ShellCommand, workdir: string): WrittenFile | undefined {
  const text = redirects.find(({ body, operator }) => body !== undefined && operator.startsWith('<<'))?.body;
  if (text === undefined) return undefined;
  const { name, argv } = unwrapCommand(words);
  const file =
    name === 'tee' ? argv.at(-1) : redirects.find(({ operator }) => operator === '>' || operator === '>|')?.target;
  if ((name !== 'tee' && name !== 'cat') || file?.isStatic !== true || file === argv[0]) return undefined;
  return { path: resolvePath(workdir, file.value), text };
}

interface WrittenFile {
  /** In the container. */
  readonly path: string;
  readonly text: MappedText;
}
