import { isRoot } from '../../binaries/insertionPoint.ts';
import { interpolate } from '../../compose/interpolate.ts';
import { expandVariables } from '../../dockerfile/expandVariables.ts';
import type { Instruction } from '../../dockerfile/Instruction.ts';
import { type StageState, stageStates } from '../../dockerfile/stageStates.ts';
import { stageChain } from '../../dockerfile/stages.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { ProjectImage, ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { baseName, isWithin, resolvePath } from '../../workspace/paths.ts';
import { startedScripts } from '../../workspace/start/startedScripts.ts';
import { baseOf, isOfficialGateway } from '../baseOf.ts';
import { asDownload } from '../downloadInstalls.ts';
import { hiddenInstallFixes } from '../fixes/hiddenInstallFixes.ts';
import { installCommands } from '../installCommands.ts';
import type { Finding, Rule } from '../Rule.ts';
import { runScriptsOf } from '../runScripts.ts';

/** A mount lies over what the image has at that place: the container sees the host's folder, or a volume that was filled once. */
export const installHiddenByMount: Rule = {
  id: 'install-hidden-by-mount',
  summary: 'Bake into folders that no mount covers',
  why:
    'A bind mount shows the folder of the host instead of what the image has there. A named volume is filled from the image when it is ' +
    'made, and never again: what the next image brings does not arrive.',
  severity: 'warning',
  noFix:
    'for anything but programs and skills, and where something else knows the place: another one means other paths in your config.',
  check: (project) => {
    const findings = new Map<string, Finding>();
    for (const image of project.images) {
      for (const service of image.services) {
        for (const finding of findingsFor(project, image, service)) {
          const key = `${finding.path}:${finding.range.start}`;
          if (!findings.has(key)) findings.set(key, finding);
        }
      }
    }
    return findings.values();
  },
  bad: {
    Dockerfile:
      'FROM ghcr.io/openclaw/openclaw:2026.9.6\nRUN curl -fsSL -o /home/node/.openclaw/bin/gog https://example.com/gog && chmod +x /home/node/.openclaw/bin/gog\n',
    'docker-compose.yml':
      'services:\n  openclaw-gateway:\n    build: .\n    volumes:\n      - ./config:/home/node/.openclaw\n',
  },
  good: {
    Dockerfile:
      'FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\nRUN curl -fsSL -o /usr/local/bin/gog https://example.com/gog && chmod +x /usr/local/bin/gog\nUSER node\n',
    'docker-compose.yml':
      'services:\n  openclaw-gateway:\n    build: .\n    volumes:\n      - ./config:/home/node/.openclaw\n',
  },
};

/** Something that a build step puts at a place of the image. */
interface Baked {
  readonly what: string;
  /** Absolute. */
  readonly path: string;
  readonly range: TextRange;
  /** Where in the project it comes from, for a COPY of the build context. */
  readonly source?: string;
  /** A program, a skill or a plugin: an old one is as bad as none. A config in a volume may be meant as a start. */
  readonly mustBeNew: boolean;
}

interface Cover {
  /** An anonymous volume is made with the container, so it has what the image has. */
  readonly kind: 'bind' | 'volume' | 'tmpfs' | 'anonymous';
  readonly target: string;
  /** Of a bind: the folder of the host, as a path of the project. */
  readonly source: string;
  readonly range: TextRange;
}

function* findingsFor(project: ProjectModel, image: ProjectImage, service: ProjectService): Iterable<Finding> {
  const covers = coversOf(project, service);
  if (covers.length === 0) return;
  for (const baked of [...copied(project, image, service), ...run(project, image, service)]) {
    const cover = deepest(covers, baked.path);
    if (cover === undefined || cover.kind === 'anonymous' || isSeenAnyway(project, baked, cover)) continue;
    if (cover.kind === 'volume' && !baked.mustBeNew) continue;
    yield {
      path: image.path,
      range: baked.range,
      message: `${baked.what} ${consequence(cover)}`,
      related: [{ path: service.path, range: cover.range, message: `${cover.target} is mounted here.` }],
      fixes: () => hiddenInstallFixes(image, baked),
    };
  }
}

function consequence({ kind, target }: Cover): string {
  if (kind === 'bind')
    return `is hidden by the folder of the host that compose mounts on ${target}: the container does not see it.`;
  if (kind === 'tmpfs') return `is hidden by the empty tmpfs that compose mounts on ${target}.`;
  return `lands in the volume on ${target}, which is filled from the image only when it is new: what the next image brings does not arrive.`;
}

function coversOf(project: ProjectModel, service: ProjectService): readonly Cover[] {
  const covers: Cover[] = [];
  for (const mount of service.service.mounts) {
    const target = interpolate(mount.target, service.variables).replace(/(.)\/+$/, '$1');
    if (!/^\/[^$]+$/.test(target)) continue;
    const kind = mount.kind === 'other' ? 'anonymous' : mount.kind;
    covers.push({
      kind,
      target,
      source: kind === 'bind' ? project.hostPath(service, mount.source) : '',
      range: mount.range,
    });
  }
  return covers;
}

/** The mount that decides what is seen at a path. */
function deepest(covers: readonly Cover[], path: string): Cover | undefined {
  let found: Cover | undefined;
  for (const cover of covers) {
    if (isWithin(cover.target, path) && cover.target.length > (found?.target.length ?? -1)) found = cover;
  }
  return found;
}

/** The host's folder is the one that the image was made of, or has a file of that name itself. */
function isSeenAnyway(project: ProjectModel, baked: Baked, cover: Cover): boolean {
  if (cover.kind !== 'bind') return false;
  if (baked.path === cover.target && baked.source !== undefined && /\.\w+$/.test(baseName(baked.path))) return true;
  const onHost = resolvePath(cover.source, `.${baked.path.slice(cover.target.length)}`);
  if (baked.source !== undefined && (isWithin(onHost, baked.source) || isWithin(baked.source, onHost))) return true;
  for (const path of project.paths) if (isWithin(onHost, path) && onHost !== cover.source) return true;
  return false;
}

function* copied(project: ProjectModel, image: ProjectImage, service: ProjectService): Iterable<Baked> {
  const context = project.hostPath(service, service.service.build?.context ?? '.');
  for (const { instruction, state } of steps(image)) {
    if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') continue;
    if (instruction.flag('from') !== undefined || instruction.body.text.startsWith('[')) continue;
    const words = [...instruction.words];
    const destination = words.pop();
    if (destination === undefined) continue;
    const value = expandVariables(destination.value, (name) => state.variables.get(name));
    if (value.includes('$')) continue;
    const target = resolvePath(state.workdir, value);
    for (const word of words) {
      if (/[$*?]|^<<|:\/\//.test(word.value)) continue;
      const source = resolvePath(context, word.value.replace(/^\/+/, ''));
      const isFile = /\.\w+$/.test(baseName(source)) && source !== context;
      const path = isFile && (value.endsWith('/') || words.length > 1) ? resolvePath(target, baseName(source)) : target;
      const name = word.value === '.' || word.value === './' ? 'What this copies' : word.value;
      yield {
        what: name,
        path,
        range: word.range,
        source,
        mustBeNew: /\/(?:s?bin|skills|extensions|plugins)(?:\/|$)/.test(path),
      };
    }
  }
}

function* run(project: ProjectModel, image: ProjectImage, service: ProjectService): Iterable<Baked> {
  const chain = new Set(stageChain(image.stage));
  const installsAtStart = startedScripts(project).some(
    (script) =>
      script.service === service && installCommands(script.commands).some((install) => install.kind === 'npm'),
  );
  for (const script of runScriptsOf(image.dockerfile)) {
    if (!chain.has(script.stage)) continue;
    const home = homeOf(image, script.state);
    let folder: string | undefined = script.state.workdir;
    for (const command of script.commands) {
      const { name, argv } = unwrapCommand(command.words);
      if (name === 'cd') {
        const to = inHome(argv[1]?.value ?? '', home);
        folder =
          folder === undefined || /[$`]/.test(to) || to === '' || to === '-' ? undefined : resolvePath(folder, to);
        continue;
      }
      if (command.condition !== undefined) continue;
      yield* written(command, folder, home);
      if (installsAtStart || folder === undefined || !installsModules(command)) continue;
      yield {
        what: 'The node_modules that this installs',
        path: `${folder}/node_modules`,
        range: command.range,
        mustBeNew: false,
      };
    }
  }
}

/** Packages of the project, into the working directory. */
function installsModules(command: ShellCommand): boolean {
  const [install] = installCommands([command]);
  if (install === undefined || !/^(?:npm|pnpm|yarn|bun)$/.test(install.tool)) return false;
  return !command.words.some(({ value }) =>
    /^(?:-g|--global|global|--prefix.*|--dir|-C|--cwd|--location=global|dlx)$/.test(value),
  );
}

/** Programs, skills and plugins that a command puts somewhere. */
function* written(command: ShellCommand, folder: string | undefined, home: string | undefined): Iterable<Baked> {
  const { name, argv } = unwrapCommand(command.words);
  const at = (path: string): string | undefined => {
    const full = inHome(path, home);
    if (full === '' || /[$`*]/.test(full)) return undefined;
    return full.startsWith('/') ? resolvePath('/', full) : folder === undefined ? undefined : resolvePath(folder, full);
  };
  const range = command.range;
  const operands = argv
    .slice(1)
    .filter((word) => !word.value.startsWith('-'))
    .map((word) => word.value);
  const download = asDownload(command)?.output;
  if (download !== undefined) {
    const path = at(download);
    if (path !== undefined && isProgram(path)) yield { what: baseName(path), path, range, mustBeNew: true };
  }
  if (/^(?:cp|mv|install|ln)$/.test(name) && operands.length > 1 && !argv.some((word) => word.value === '-d')) {
    const path = at(operands.at(-1) ?? '');
    if (path !== undefined && isProgram(path))
      yield { what: baseName(operands.at(-2) ?? ''), path, range, mustBeNew: true };
  }
  if (name === 'tar' || name === 'unzip') {
    const index = argv.findIndex((word) => /^(?:--directory|-d|-[a-zA-Z]*C)$/.test(word.value));
    const path = index === -1 ? undefined : at(argv[index + 1]?.value ?? '');
    if (path !== undefined && isProgram(path)) yield { what: 'What this unpacks', path, range, mustBeNew: true };
  }
  if (name === 'git' && operands[0] === 'clone' && operands.length > 2) {
    const path = at(operands.at(-1) ?? '');
    if (path !== undefined)
      yield { what: 'This clone', path, range, mustBeNew: /skills|extensions|plugins/.test(path) };
  }
  // `openclaw plugins install` and `skills install` write into the state folder (openclaw docs/tools/plugin.md, skills.md).
  if (
    /^(?:openclaw|clawdbot|moltbot)$/.test(name) &&
    /^(?:plugins?|skills?)$/.test(operands[0] ?? '') &&
    operands[1] === 'install'
  ) {
    const state = name === 'openclaw' ? '.openclaw' : '.clawdbot';
    const kind = operands[0]?.startsWith('p') === true ? 'extensions' : 'skills';
    if (home !== undefined)
      yield {
        what: `The ${kind === 'skills' ? 'skill' : 'plugin'} that this installs`,
        path: `${home}/${state}/${kind}`,
        range,
        mustBeNew: true,
      };
  }
}

function isProgram(path: string): boolean {
  return /\/(?:s?bin|skills|extensions|plugins)(?:\/|$)/.test(path);
}

function inHome(path: string, home: string | undefined): string {
  return home === undefined ? path : path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, home);
}

/** The home folder of the user that a step runs as, where it can be known. */
function homeOf(image: ProjectImage, state: StageState): string | undefined {
  const set = state.variables.get('HOME');
  if (set !== undefined) return set.startsWith('/') ? set : undefined;
  const base = baseOf(image);
  const user =
    state.user?.split(':')[0] ??
    (base !== undefined && isOfficialGateway(base.repository) ? 'node' : base === undefined ? undefined : 'root');
  if (user === undefined || user.includes('$')) return undefined;
  if (isRoot(user)) return '/root';
  if (user === '1000') return base !== undefined ? '/home/node' : undefined;
  return /^\d+$/.test(user) ? undefined : `/home/${user}`;
}

function* steps(image: ProjectImage): Iterable<{ readonly instruction: Instruction; readonly state: StageState }> {
  for (const stage of stageChain(image.stage)) {
    const states = stageStates(stage);
    for (const [index, instruction] of stage.instructions.entries()) {
      const state = states[index];
      if (state !== undefined) yield { instruction, state };
    }
  }
}
