import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import { baseImageOf } from '../../binaries/baseImage.ts';
import type { CatalogBinary } from '../../binaries/catalog.ts';
import { findStanzas } from '../../binaries/findStanzas.ts';
import { isRoot } from '../../binaries/insertionPoint.ts';
import { insertLines, withLineEnds } from '../../binaries/insertLines.ts';
import { renderStanza } from '../../binaries/stanza.ts';
import { stageChain } from '../../dockerfile/stages.ts';
import { removeCommands } from '../../shell/removeCommands.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import { installCommands } from '../installCommands.ts';
import type { Fix } from '../Problem.ts';
import type { RunScript } from '../runScripts.ts';
import { catalogDownload } from './catalogDownload.ts';
import { downloadRoles } from './downloadRoles.ts';

/**
 * The catalog's stanza in the place of a hand-written download of one of its binaries. None where the RUN does more with the file than
 * to put it in place, or the rest of the Dockerfile looks for it somewhere else.
 */
export function replaceByStanza(run: RunScript, command: ShellCommand, catalog: BinaryCatalog): readonly Fix[] {
  const found = run.commands
    .filter(({ range }) => range.start === command.range.start)
    .flatMap(({ words }) => words.map(({ value }) => catalogDownload(value, catalog)))
    .find((known) => known !== undefined);
  if (found === undefined || run.script.source.sourceOffset(0) < run.instruction.body.sourceOffset(0)) return [];
  const { binary, insteadOf } = found;
  if (!isInstalled(run, command, binary)) return [];
  const rendered = renderStanza(binary, baseImageOf(run.stage, run.instruction.range.start));
  if (!rendered.ok || rendered.stanza.builder !== undefined) return [];
  const edits = editsFor(run, command, binary, rendered.stanza.lines);
  if (edits === undefined) return [];
  const version = insteadOf === undefined ? '' : ` instead of ${insteadOf}`;
  const title = `Replace it by the stanza of ${binary.name} ${binary.version ?? ''}${version}: checked, for amd64 and arm64`;
  return [{ title, edits: [{ path: run.path, edits }] }];
}

/** The program itself comes out of this download, and not another one of the archive. */
function isInstalled(run: RunScript, command: ShellCommand, binary: CatalogBinary): boolean {
  const installs = installCommands(run.commands).filter(
    (install) => install.command.range.start === command.range.start,
  );
  if (installs.length === 0) {
    const places = run.commands.filter(({ words }) => words.some(({ value }) => /\/s?bin(?:\/|$)/.test(value)));
    return places.some(({ words }) => words.some(({ value }) => value.split('/').at(-1) === binary.name));
  }
  return installs.every(({ names }) => names.length === 0 || names.includes(binary.name));
}

function editsFor(
  run: RunScript,
  command: ShellCommand,
  binary: CatalogBinary,
  stanza: string,
): readonly TextEdit[] | undefined {
  const { instruction, dockerfile, stage } = run;
  if (isWantedElsewhere(run, binary)) return undefined;
  const roles = downloadRoles(run.commands, command, binary.name);
  const user = run.state.user ?? baseImageOf(stage).user;
  const lines = isBaked(run, binary) ? '' : stanza;
  if (roles.every((role) => role !== 'other')) {
    const own = isRoot(user) || lines === '' ? lines : `USER root\n${lines}\nUSER ${user}`;
    return [{ range: instruction.range, newText: withLineEnds(own, dockerfile.text) }];
  }
  const byStart = new Map(run.commands.map(({ range }, index) => [range.start, roles[index]]));
  const removed = removeCommands(run.script.source, (range) => byStart.get(range.start) ?? 'other');
  if (removed === undefined) return undefined;
  if (lines === '') return removed;
  const offset = instruction.range.end;
  const point = { offset, isAfter: true, user: isRoot(user) ? undefined : user };
  return [...removed, insertLines(dockerfile.text, point, lines)];
}

function isBaked({ dockerfile, stage }: RunScript, binary: CatalogBinary): boolean {
  const chain = new Set(stageChain(stage).flatMap((link) => link.instructions));
  return findStanzas(dockerfile).some(
    (stanza) => stanza.name === binary.name && stanza.instructions.some((instruction) => chain.has(instruction)),
  );
}

/** Another instruction takes a file of this one from where the stanza does not put it. */
function isWantedElsewhere({ dockerfile, instruction, commands }: RunScript, binary: CatalogBinary): boolean {
  const paths = new Set<string>();
  for (const { words, redirects } of commands) {
    const { argv } = unwrapCommand(words);
    for (const { value } of [...argv.slice(1), ...redirects.flatMap(({ target }) => target ?? [])]) {
      if (value.startsWith('/') && value !== '/' && !/^\/(?:tmp|usr\/local\/bin|var\/lib\/apt|dev)(?:\/|$)/.test(value))
        paths.add(value);
    }
  }
  const isIn = (text: string): boolean =>
    [...paths].some((path) => text.includes(path)) || text.includes(`/tmp/${binary.name}`);
  return dockerfile.instructions.some((other) => other !== instruction && isIn(other.body.text));
}
