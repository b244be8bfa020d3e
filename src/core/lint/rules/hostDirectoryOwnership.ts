import type { ComposeMount } from '../../compose/ComposeFile.ts';
import { interpolate } from '../../compose/interpolate.ts';
import { finalState } from '../../dockerfile/stageStates.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import type { ShellWord } from '../../shell/ShellWord.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { isWithin } from '../../workspace/paths.ts';
import { startedScripts } from '../../workspace/start/startedScripts.ts';
import { baseImageOf, type Gateway, gatewaysOf, runsOfficialImage, startOf } from '../gateways.ts';
import { type HostScript, hostScriptCommands } from '../hostScriptCommands.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import { stateFolders } from '../stateFolders.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** A bind mount keeps the owner that the folder has on the host; the gateway runs as uid 1000. */
export const hostDirectoryOwnership: Rule = {
  id: 'host-directory-ownership',
  summary: "Give the gateway's host folders to uid 1000",
  why:
    'The gateway of the official image runs as uid 1000 (node), and a bind mount keeps the owner that the folder has on the host. In a folder of root it cannot ' +
    "write its state: EACCES: permission denied, mkdir '/home/node/.openclaw/…', and it does not start.",
  severity: 'warning',
  noFix: 'for a folder in the home of root: only its owner on the VM can give it away.',
  check: (project) => uniqueFindings(gatewaysOf(project).flatMap((gateway) => findingsFor(project, gateway))),
  bad: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    volumes:\n      - /srv/openclaw:/home/node/.openclaw\n      - /srv/key:/home/node/.config/openclaw\n',
    'setup.sh': '#!/bin/sh\nsudo mkdir -p /srv/openclaw /srv/key\ndocker compose up -d\n',
  },
  good: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    volumes:\n      - /srv/openclaw:/home/node/.openclaw\n      - /srv/key:/home/node/.config/openclaw\n',
    'setup.sh':
      '#!/bin/sh\nsudo mkdir -p /srv/openclaw /srv/key\nsudo chown -R 1000:1000 /srv/openclaw /srv/key\ndocker compose up -d\n',
  },
};

interface HostFolder {
  readonly definition: ProjectService;
  readonly mount: ComposeMount;
  /** As the words of scripts may spell it: with the values of variables, and with the variables. */
  readonly paths: readonly string[];
}

function findingsFor(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  const uid = uidOf(gateway);
  if (uid === undefined || uid === 0) return [];
  const folders = hostFolders(gateway);
  if (folders.length === 0) return [];
  // An entrypoint that starts as root may hand the folder over itself.
  if (startOf(project, gateway).some(({ commands }) => commands.some((command) => changesRights(command)))) return [];
  const scripts = hostScriptCommands(project);
  if (scripts.some(({ text }) => /\bpodman\b|userns/.test(text))) return [];
  return folders
    .filter(({ mount }) => !isHandedOver(project, gateway, mount))
    .flatMap((folder) => inScripts(scripts, folder, uid) ?? inRootsHome(scripts, folder, uid));
}

/** The uid that the gateway runs as; `undefined` where only the image knows. */
function uidOf(gateway: Gateway): number | undefined {
  const { image, service, variables } = gateway;
  const isOfficial = runsOfficialImage(gateway);
  const built = image === undefined ? undefined : finalState(image.stage).user;
  const user = service.user === undefined ? built : interpolate(service.user.value, variables);
  const name = (user ?? (isOfficial ? 'node' : '')).split(':')[0] ?? '';
  if (/^\d+$/.test(name)) return Number(name);
  if (name === 'root') return 0;
  return name === 'node' && (isOfficial || /(?:^|\/)node:/.test(baseImageOf(gateway))) ? 1000 : undefined;
}

/** The host folders that hold the gateway's state, its workspace or its key. */
function hostFolders(gateway: Gateway): readonly HostFolder[] {
  const { folders, home } = stateFolders(gateway);
  return gateway.definitions.flatMap((definition) =>
    definition.service.mounts
      .filter((mount) => gateway.service.mounts.includes(mount) && mount.kind === 'bind' && !mount.readOnly)
      .filter(({ target }) => {
        const at = interpolate(target, definition.variables).replace(/(.)\/+$/, '$1');
        if (/\.\w{1,5}$/.test(at) && !/\.(?:openclaw|clawdbot|moltbot)$/.test(at)) return false;
        return folders.some((folder) => isWithin(folder, at) || at === home) || at === `${home}/.config/openclaw`;
      })
      .map((mount) => ({ definition, mount, paths: spellings(mount.source, definition.variables) })),
  );
}

/** Another service, which runs as root for that, gives the folder away when it starts. */
function isHandedOver(project: ProjectModel, gateway: Gateway, { source }: ComposeMount): boolean {
  return startedScripts(project).some(
    ({ service, commands }) =>
      service !== undefined &&
      service.service.name !== gateway.service.name &&
      service.service.mounts.some((mount) => mount.source === source) &&
      commands.some(changesRights),
  );
}

function spellings(source: string, variables: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([comparable(source, variables), comparable(source)])];
}

/** One spelling for a folder in compose and in scripts: `$VAR` for each form of a variable, no `./`, no trailing slash. */
function comparable(path: string, variables: ReadonlyMap<string, string> = new Map()): string {
  const known = path.includes('$') ? interpolate(path, variables) : path;
  const isKnown = known.startsWith('/') || known.startsWith('.') || known.startsWith('~');
  return (isKnown ? known : path)
    .replace(/\$\{(\w+)(?:[:?+-][^}]*)?\}/g, '$$$1')
    .replace(/^~(?=\/|$)/, '$HOME')
    .replace(/^\.\//, '')
    .replace(/(.)\/+$/, '$1');
}

/** What the scripts do to the folder; `undefined` where they do nothing that matters. */
function inScripts(scripts: readonly HostScript[], folder: HostFolder, uid: number): readonly Finding[] | undefined {
  const owners = scripts.flatMap((script) =>
    script.commands
      .filter((command) => changesRights(command) && mentions(command, folder.paths, 'covers'))
      .map((command) => ({ script, command, owner: ownerOf(command) })),
  );
  const wrong = owners.filter(({ owner }) => owner !== undefined && owner.uid !== uid);
  if (owners.length > wrong.length) return [];
  if (wrong.length > 0) {
    return wrong.flatMap(({ script, owner }) =>
      owner === undefined ? [] : [chownFinding(script, owner, folder, uid)],
    );
  }
  const made = scripts.flatMap((script) =>
    script.commands
      .filter((command) => makesFolder(command) && mentions(command, folder.paths, 'makes'))
      .map((command) => ({ script, command })),
  );
  if (made.length === 0) return undefined;
  if (scripts.some(({ commands }) => commands.some(mayGiveAway))) return [];
  return made
    .filter(({ script, command }) => runsAsRoot(script, command))
    .map(({ script, command }) => mkdirFinding(script, command, folder, uid));
}

/** The home of root belongs to root, and so does what Docker makes there. */
function inRootsHome(scripts: readonly HostScript[], folder: HostFolder, uid: number): readonly Finding[] {
  if (!folder.paths.some((path) => /^\/root(?:\/|$)/.test(path)) || scripts.some(({ text }) => /\bchown\b/.test(text)))
    return [];
  const { definition, mount } = folder;
  const message = `${mount.source} belongs to root on the VM, and the gateway runs as uid ${uid}: it cannot write its state there (EACCES). Run sudo chown -R ${uid}:${uid} ${mount.source}, or keep the state elsewhere.`;
  return [{ path: definition.path, range: mount.range, severity: 'information', message }];
}

function changesRights({ words }: ShellCommand): boolean {
  const { name, argv } = unwrapCommand(words);
  if (name === 'install') return argv.some(({ value }) => /^(?:-\w*o|--owner\b)|^0?[0-7]{2}7$/.test(value));
  return /^(?:chown|setfacl)$/.test(name) || (name === 'chmod' && argv.length > 2);
}

function makesFolder({ words }: ShellCommand): boolean {
  const { name, argv } = unwrapCommand(words);
  return name === 'mkdir' || (name === 'install' && argv.some(({ value }) => /^(?:-\w*d|--directory$)/.test(value)));
}

/** A chown of what only the run knows (`"$1"`, `.`, `*`), or inside of what another program runs (`docker run … chown`). */
function mayGiveAway({ words }: ShellCommand): boolean {
  const { name, argv } = unwrapCommand(words);
  if (name === 'chown') return argv.slice(2).some(({ value }) => /^\.\/?$|[$`*?]/.test(value));
  return !/^(?:echo|printf|cat)$/.test(name) && words.some(({ value }) => /\bchown\b/.test(value));
}

function ownerOf({ words }: ShellCommand): { readonly word: ShellWord; readonly uid: number } | undefined {
  const { name, argv } = unwrapCommand(words);
  const word = name === 'chown' ? argv.slice(1).find(({ value }) => !value.startsWith('-')) : undefined;
  const match = /^(root|\d+)(?:[:.](?:root|\d+)?)?$/.exec(word?.value ?? '');
  if (word === undefined || match === null) return undefined;
  return { word, uid: match[1] === 'root' ? 0 : Number(match[1]) };
}

/** `covers`: the command is about the folder or one above it. `makes`: about the folder or one in it. */
function mentions({ words }: ShellCommand, folders: readonly string[], how: 'covers' | 'makes'): boolean {
  return unwrapCommand(words)
    .argv.slice(1)
    .flatMap(({ value }) => alternatives(value))
    .some((value) => {
      const path = comparable(value.replace(/(.)\/\*$/, '$1'));
      if (path === '' || path.startsWith('-')) return false;
      return folders.some((folder) => (how === 'covers' ? isWithin(path, folder) : isWithin(folder, path)));
    });
}

/** What the braces of `/srv/{config,workspace}` stand for. */
function alternatives(value: string): readonly string[] {
  const braces = /(?<!\$)\{([^{},]*,[^{}]*)\}/.exec(value);
  if (braces?.[1] === undefined) return [value];
  const before = value.slice(0, braces.index);
  const after = value.slice(braces.index + braces[0].length);
  return braces[1].split(',').map((part) => `${before}${part}${after}`);
}

function runsAsRoot({ text }: HostScript, { words }: ShellCommand): boolean {
  if (words[0]?.value === 'sudo') return !words.some(({ value }) => value === '-u');
  // A script that stops for anybody but root.
  return /\b(?:EUID|id -u)\b[^\n]{0,20}(?:-ne|!=)\s*["']?0/.test(text);
}

function chownFinding(
  { path }: HostScript,
  owner: { readonly word: ShellWord; readonly uid: number },
  { mount, definition }: HostFolder,
  uid: number,
): Finding {
  const { range } = owner.word;
  return {
    path,
    range,
    message: `The folder that is mounted at ${mount.target} goes to uid ${owner.uid}, but the gateway runs as uid ${uid}: it cannot write its state there (EACCES).`,
    related: [{ path: definition.path, range: mount.range, message: 'Mounted here' }],
    fixes: [{ title: `Give it to ${uid}:${uid}`, edits: [{ path, edits: [{ range, newText: `${uid}:${uid}` }] }] }],
  };
}

function mkdirFinding(
  { path, text }: HostScript,
  { range, words }: ShellCommand,
  { mount, definition }: HostFolder,
  uid: number,
): Finding {
  return {
    path,
    range,
    message: `The folder that is mounted at ${mount.target} is made by root, but the gateway runs as uid ${uid}: it cannot write its state there (EACCES). Give it to ${uid}:${uid}.`,
    related: [{ path: definition.path, range: mount.range, message: 'Mounted here' }],
    fixes: chownFix(path, text, range, words, uid),
  };
}

/** The chown goes below a mkdir that has its line to itself. */
function chownFix(
  path: string,
  text: string,
  range: ShellCommand['range'],
  words: readonly ShellWord[],
  uid: number,
): readonly Fix[] {
  const lineStart = text.lastIndexOf('\n', range.start - 1) + 1;
  const next = text.indexOf('\n', range.end);
  const lineEnd = next === -1 ? text.length : next;
  const indent = text.slice(lineStart, range.start);
  if (indent.trim() !== '' || text.slice(range.end, lineEnd).trim() !== '') return [];
  const folders = unwrapCommand(words)
    .argv.slice(1)
    .filter(({ value }) => !/^-|^[0-7]{3,4}$/.test(value))
    .map((word) => text.slice(word.range.start, word.range.end));
  const sudo = words[0]?.value === 'sudo' ? 'sudo ' : '';
  const newText = `\n${indent}${sudo}chown -R ${uid}:${uid} ${folders.join(' ')}`;
  const at = { start: range.end, end: range.end };
  return [{ title: `Give it to ${uid}:${uid}`, edits: [{ path, edits: [{ range: at, newText }] }] }];
}
