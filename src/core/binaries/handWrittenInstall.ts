import { commandOf } from '../dockerfile/commandOf.ts';
import type { Instruction } from '../dockerfile/Instruction.ts';
import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { type Stage, stageChain } from '../dockerfile/stages.ts';
import { asDownload } from '../lint/downloadInstalls.ts';
import { type InstallCommand, installCommands } from '../lint/installCommands.ts';
import { parseShell } from '../shell/parseShell.ts';
import type { ShellCommand } from '../shell/ShellScript.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import type { CatalogBinary } from './catalog.ts';
import { findStanzas } from './findStanzas.ts';

/** An instruction that somebody wrote and that puts a catalog binary into the image. */
export interface HandWrittenInstall {
  readonly instruction: Instruction;
  /** The stage that it stands in. */
  readonly stage: Stage;
  /** It does nothing else, and installs no newer version than the catalog's: a stanza can take its place. */
  readonly isReplaceable: boolean;
}

/**
 * Finds the instruction of a stage, or of one that it is built on, which surely installs the binary: from the place that the catalog
 * names, without a condition. The last one, whose file counts.
 */
export function handWrittenInstall(
  dockerfile: Dockerfile,
  stage: Stage,
  binary: CatalogBinary,
): HandWrittenInstall | undefined {
  const ours = new Set(findStanzas(dockerfile).flatMap(({ instructions }) => instructions));
  for (const link of stageChain(stage).toReversed()) {
    for (const instruction of link.instructions.toReversed()) {
      if (ours.has(instruction)) continue;
      if (copiesIt(instruction, binary)) return { instruction, stage: link, isReplaceable: false };
      const isReplaceable = runsItsInstall(instruction, binary);
      if (isReplaceable !== undefined) return { instruction, stage: link, isReplaceable };
    }
  }
  return undefined;
}

/** `COPY … /usr/local/bin/gog`, or `COPY … gog … /usr/local/bin/`. */
function copiesIt(instruction: Instruction, { name }: CatalogBinary): boolean {
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false;
  const words = instruction.words.map(({ value }) => value);
  const target = words.at(-1) ?? '';
  if (!/(?:^|\/)s?bin(?:\/|$)/.test(target)) return false;
  if (target.endsWith(`/${name}`)) return true;
  const isFolder = target.endsWith('/') || words.length > 2;
  return isFolder && words.slice(0, -1).some((word) => word === name || word.endsWith(`/${name}`));
}

/** Whether a RUN that installs the binary can be replaced; `undefined` where it does not install it. */
function runsItsInstall(instruction: Instruction, binary: CatalogBinary): boolean | undefined {
  const command = instruction.keyword === 'RUN' ? commandOf(instruction) : undefined;
  if (command?.form !== 'shell') return undefined;
  const { commands } = parseShell(command.text);
  const installs = installCommands(commands);
  const own = installs.find((install) => install.command.condition === undefined && installsIt(install, binary));
  if (own === undefined) return undefined;
  const isOnly = installs.length === 1 && own.names.length <= 1 && own.kind !== 'apt' && own.kind !== 'apk';
  return isOnly && !isNewer(versionOf(own), binary.version) && hasNothingElse(commands, own, binary);
}

function installsIt(install: InstallCommand, binary: CatalogBinary): boolean {
  const { source } = binary;
  const packages = install.names.map((name) => name.replace(/(?<=.)(?:@[^/]*|=.*)$/, ''));
  switch (source.kind) {
    case 'githubRelease': {
      if (install.kind !== 'download' || !canBeNamed(install, binary.name)) return false;
      const repositories = new Set([
        source.repository,
        ...(source.formerRepositories ?? []),
        ...(binary.knownBadUrls ?? []).map(repositoryOf),
      ]);
      return addressesOf(install).some((address) => {
        const repository = repositoryOf(address);
        return repository !== undefined && repositories.has(repository);
      });
    }
    case 'download':
      return (
        install.kind === 'download' &&
        canBeNamed(install, binary.name) &&
        Object.values(source.assets).some((asset) => {
          const fixed = asset?.url?.split('{')[0] ?? '';
          return fixed !== '' && addressesOf(install).some((address) => address.startsWith(fixed));
        })
      );
    case 'apt':
      return (install.kind === 'apt' || install.kind === 'apk') && packages.includes(source.package);
    case 'npm':
      return install.kind === 'npm' && isForAllUsers(install) && packages.includes(source.package);
    default:
      return false;
  }
}

/** Whoever unpacks a whole archive into a folder of programs names none of its files. */
function canBeNamed(install: InstallCommand, name: string): boolean {
  return install.names.length === 0 || install.names.includes(name);
}

function isForAllUsers(install: InstallCommand): boolean {
  return install.command.words.some(({ value }) => /^(?:-g|--global|global)$/.test(value));
}

function addressesOf(install: InstallCommand): readonly string[] {
  return asDownload(install.command)?.urls.map(({ value }) => value) ?? [];
}

/** `owner/name` of the address of a GitHub release. */
function repositoryOf(address: string): string | undefined {
  return /^(?:https?:\/\/)?(?:www\.)?github\.com\/([^/]+\/[^/]+)\/releases\//.exec(address)?.[1];
}

function versionOf(install: InstallCommand): string | undefined {
  const pattern = /(?:^|[@/=v_-])(\d+(?:\.\d+)+)/;
  const texts = install.kind === 'npm' ? install.names : addressesOf(install);
  return texts.map((text) => pattern.exec(text)?.[1]).find((version) => version !== undefined);
}

function isNewer(version: string | undefined, than: string | undefined): boolean {
  if (version === undefined || than === undefined) return false;
  const [left, right] = [version, than].map((text) => text.split('.').map(Number));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

const helpers =
  /^(?:set|cd|mkdir|tar|bsdtar|unzip|gunzip|gzip|bunzip2|xz|chmod|chown|mv|cp|install|rm|ln|echo|printf|test|\[|true|:|which|command|type|sha256sum|shasum|uname|dpkg|mktemp|grep|curl|wget|export|sleep)$/;

/** Each other command only fetches, checks, unpacks or places this one program. */
function hasNothingElse(commands: readonly ShellCommand[], own: InstallCommand, { name }: CatalogBinary): boolean {
  return commands.every((command) => {
    if (command === own.command) return true;
    const { name: program, argv } = unwrapCommand(command.words);
    if (program !== '' && program !== name && !helpers.test(program)) return false;
    if (program === 'dpkg' && argv.some(({ value }) => value.startsWith('-i'))) return false;
    return argv.slice(1).every(({ value }) => {
      const placed = /(?:^|\/)s?bin\/([\w.-]+)$/.exec(value)?.[1];
      return placed === undefined || placed === name;
    });
  });
}
