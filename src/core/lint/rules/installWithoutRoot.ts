import { isRoot } from '../../binaries/insertionPoint.ts';
import type { Instruction } from '../../dockerfile/Instruction.ts';
import { type Stage, stageChain, stagesOf } from '../../dockerfile/stages.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { programName, unwrapCommand } from '../../shell/unwrapCommand.ts';
import { baseOf, fixedBaseOf, isNodeImage, isOfficialGateway } from '../baseOf.ts';
import { type BuildStage, buildStage } from '../buildStages.ts';
import { GivenPaths } from '../GivenPaths.ts';
import { type InstallCommand, installCommands } from '../installCommands.ts';
import { LateFix } from '../LateFix.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import { type RunInstruction, type RunText, runsOfStage } from '../runScripts.ts';
import { writtenPaths } from '../writtenPaths.ts';

/** After `USER node`, and on images that end with it, a build step may not write where programs and packages live. */
export const installWithoutRoot: Rule = {
  id: 'install-without-root',
  summary: 'Install as root, before the image changes to its own user',
  why:
    "The gateway's official image ends with `USER node`, and so do many others. What follows has no right to install packages or to " +
    'write below /usr: the build ends with "Permission denied".',
  severity: 'error',
  check: (project) => {
    const findings = new Map<Instruction, Finding>();
    for (const image of [...project.images, ...project.inlineImages]) {
      for (const stage of stagesOf(image.dockerfile)) {
        const place = buildStage(stage, image.path);
        const found = place.remember(findingsOnBase) ?? place.rememberFor(baseOf(image, stage)?.repository, findingsOf);
        for (const { instruction, finding } of found)
          if (!findings.has(instruction)) findings.set(instruction, finding);
      }
    }
    return findings.values();
  },
  bad: {
    Dockerfile:
      'FROM ghcr.io/openclaw/openclaw:2026.9.6\nRUN apt-get update && apt-get install -y --no-install-recommends jq\n',
  },
  good: {
    Dockerfile:
      'FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\nRUN apt-get update && apt-get install -y --no-install-recommends jq\nUSER node\n',
  },
};

interface Need {
  readonly run: RunInstruction;
  readonly user: User;
  readonly needed: Needed;
}

interface FoundNeed {
  readonly instruction: Instruction;
  readonly finding: Finding;
}

/** `undefined` where compose may decide what the stage is built on. */
function findingsOnBase(place: BuildStage): readonly FoundNeed[] | undefined {
  const fixed = fixedBaseOf(place.stage);
  return fixed === undefined ? undefined : findingsOf(place, fixed.base?.repository);
}

/** `repository`: of the image that the stage is built on. */
function findingsOf({ stage, path }: BuildStage, repository: string | undefined): readonly FoundNeed[] {
  const isUserOfBase = repository !== undefined && isOfficialGateway(repository);
  const found: FoundNeed[] = [];
  for (const run of runsOfStage(stage)) {
    const need = run.state.user === undefined && !isUserOfBase ? undefined : needIn(run, repository);
    if (need !== undefined) found.push({ instruction: run.instruction, finding: findingFor(path, need) });
  }
  return found;
}

/** The first command of a RUN that needs root and does not have it. */
function needIn(run: RunInstruction, repository: string | undefined): Need | undefined {
  const user = userOf(run);
  if (isRoot(user.name) || user.name.includes('$')) return undefined;
  const context: Context = { run, repository, isPlainBase: isPlainBase(repository) };
  for (const text of run.texts) {
    for (const candidate of text.remember(candidatesIn)) {
      const needed = whatNeedsRoot(context, candidate);
      if (needed !== undefined) return { run, user, needed };
    }
  }
  return undefined;
}

function findingFor(path: string, { run, user, needed }: Need): Finding {
  const setter = user.isOfBase ? undefined : factsOf(run.stage).before.get(run.instruction)?.user;
  return {
    path,
    range: needed.range,
    message: `${needed.what}, and here the build runs as "${user.name}"${user.isOfBase ? ', with which the base image ends' : ''}: it fails with "Permission denied".`,
    ...(setter === undefined
      ? {}
      : {
          related: [
            {
              path,
              range: setter.range,
              message: 'From here on the build has no root rights.',
            },
          ],
        }),
    fixes: () => [asRoot(path, run, user.name)],
  };
}

interface User {
  readonly name: string;
  readonly isOfBase: boolean;
}

/** Of a RUN where the Dockerfile, or the gateway's own image below it, has set one. */
function userOf(run: RunInstruction): User {
  if (run.state.user === undefined) return { name: 'node', isOfBase: true };
  return { name: run.state.user.split(':')[0] ?? '', isOfBase: false };
}

/** `sudo` and its like stand before the program. */
function isPrivileged(command: ShellCommand): boolean {
  return command.words
    .slice(0, 3)
    .some((word) => privilegedPrograms.has(programName(word)) || /^\$\{?\w*sudo/i.test(word.value));
}

/** Sets, not expressions: one of so many words takes longer to compile than all that a first file needs it for. */
const privilegedPrograms = new Set(['sudo', 'doas', 'su', 'gosu', 'su-exec', 'fakeroot', 'runuser', 'brew']);

interface Context {
  readonly run: RunInstruction;
  readonly repository: string | undefined;
  readonly isPlainBase: boolean;
}

type Needed = Pick<InstallCommand, 'range'> & { readonly what: string };

const systemTools = new Set([
  'apt-get',
  'apt',
  'aptitude',
  'apk',
  'dnf',
  'yum',
  'microdnf',
  'tdnf',
  'zypper',
  'dpkg',
  'rpm',
  'pacman',
]);
const userPrograms = new Set([
  'useradd',
  'groupadd',
  'usermod',
  'adduser',
  'addgroup',
  'groupmod',
  'userdel',
  'deluser',
]);

/** A command that may need root, told by itself. */
interface Candidate {
  readonly command: ShellCommand;
  /** It does, wherever it stands. */
  readonly certain?: Needed;
  /** What it installs for all users with npm. */
  readonly npm?: InstallCommand;
  /** What it writes to, where that may belong to root. */
  readonly targets: readonly Target[];
}

function candidatesIn({ commands }: RunText): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const command of commands) {
    const candidate = command.condition !== undefined || isPrivileged(command) ? undefined : asCandidate(command);
    if (candidate !== undefined) candidates.push(candidate);
  }
  return candidates;
}

function asCandidate(command: ShellCommand): Candidate | undefined {
  const { name, argv } = unwrapCommand(command.words);
  const [install] = systemTools.has(name) || name === 'npm' ? installCommands([command]) : [];
  if (install !== undefined && systemTools.has(install.tool)) {
    if (argv.some((word) => /^--root(?:=|$)|^-p$/.test(word.value))) return undefined;
    return { command, certain: { range: install.range, what: `${install.tool} needs root` }, targets: [] };
  }
  if (userPrograms.has(name)) {
    return { command, certain: { range: command.range, what: `${name} needs root` }, targets: [] };
  }
  const targets = targetsOf(command);
  if (install?.tool === 'npm' && isGlobal(command)) return { command, npm: install, targets };
  return targets.length === 0 ? undefined : { command, targets };
}

function whatNeedsRoot(context: Context, { command, certain, npm, targets }: Candidate): Needed | undefined {
  if (certain !== undefined) return certain;
  if (npm !== undefined && hasSystemPrefix(context)) {
    const prefix = hasNodeInBase(context) ? '/usr/local' : '/usr';
    return { range: npm.range, what: `npm install --global writes to ${prefix}, which belongs to root` };
  }
  const target = context.isPlainBase ? targets.find((written) => isRoots(context.run, written)) : undefined;
  return target === undefined ? undefined : { range: command.range, what: `${target.path} belongs to root` };
}

function isGlobal(command: ShellCommand): boolean {
  return command.words.some(({ value }) => /^(?:-g|--global|--location=global)$/.test(value));
}

/** The prefix of npm is where Node itself is installed, unless somebody has moved either. */
function hasSystemPrefix(context: Context): boolean {
  const { run } = context;
  if (!hasNodeInBase(context) && !hasNodePackage(run)) return false;
  const before = giftsBefore(run);
  if (before === undefined) return false;
  const text = [...before.map((gift) => gift.text), run.instruction.body.text].join('\n');
  if (/prefix|\.npmrc|\bnvm\b|\bfnm\b|\bvolta\b|\.nvm|linuxbrew/i.test(text)) return false;
  if ([...run.state.variables.keys()].some((name) => /prefix/i.test(name))) return false;
  return ['/usr/local/lib/node_modules', '/usr/local/bin', '/usr/lib/node_modules'].every(
    (path) => !isGiven(before, path),
  );
}

/** Node is a package of the system: an earlier RUN has installed it. */
function hasNodePackage({ stage, instruction }: RunInstruction): boolean {
  return stageChain(stage).some((link) => {
    const first = link.remember(firstNodePackage);
    return first !== undefined && (link !== stage || first.range.start < instruction.range.start);
  });
}

function firstNodePackage(stage: Stage): Instruction | undefined {
  return runsOfStage(stage).find(
    (run) =>
      run.instruction.body.text.includes('nodejs') &&
      run.texts.some(({ commands }) =>
        installCommands(commands).some(({ tool, names }) => systemTools.has(tool) && names.includes('nodejs')),
      ),
  )?.instruction;
}

function hasNodeInBase({ repository }: Context): boolean {
  return repository !== undefined && (isNodeImage(repository) || isOfficialGateway(repository));
}

/** An image whose folders belong to root: those made for another user may have given theirs away. */
function isPlainBase(repository: string | undefined): boolean {
  if (repository === undefined) return false;
  return (
    isOfficialGateway(repository) ||
    isNodeImage(repository) ||
    plainBases.has(repository.replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, ''))
  );
}

const plainBases = new Set(['debian', 'ubuntu', 'alpine', 'python', 'golang', 'rust', 'ruby', 'buildpack-deps']);

/** Folders that belong to root in those images; all others may have been given away. */
const rootFolders = /^\/(?:usr|bin|sbin|lib|etc|opt)\//;

interface Target {
  readonly path: string;
  /** It is in one of root's folders. */
  readonly isInRootFolder: boolean;
  /** Its mode is changed, which only its owner may do. */
  readonly isChanged: boolean;
}

/** The paths that a command writes to, as far as root may own them. */
function targetsOf(command: ShellCommand): readonly Target[] {
  const targets: Target[] = [];
  const isChanged = unwrapCommand(command.words).name === 'chmod';
  for (const path of writtenPaths(command)) {
    const isInRootFolder = rootFolders.test(`${path}/`) && !/[$*`]/.test(path);
    if (isInRootFolder || (isChanged && path.startsWith('/'))) targets.push({ path, isInRootFolder, isChanged });
  }
  return targets;
}

/** Root's, and none that the build gave away. */
function isRoots(run: RunInstruction, { path, isInRootFolder, isChanged }: Target): boolean {
  const gifts = isInRootFolder ? giftsBefore(run) : undefined;
  return (gifts !== undefined && !isGiven(gifts, path)) || (isChanged && isCopiedAsRoot(run, path));
}

/** COPY makes files of root's, whatever USER says. */
function isCopiedAsRoot(run: RunInstruction, path: string): boolean {
  const copy = factsOf(run.stage)
    .copies.get(path)
    ?.findLast((instruction) => instruction.range.start < run.instruction.range.start);
  return copy !== undefined && copy.flag('chown') === undefined;
}

/** The steps before that give something away. `undefined`: so many that nobody follows them. */
function giftsBefore(run: RunInstruction): readonly Gift[] | undefined {
  const { gifts, before } = factsOf(run.stage);
  return gifts.length > maxGifts ? undefined : gifts.slice(0, before.get(run.instruction)?.gifts ?? 0);
}

function isGiven(gifts: readonly Gift[], path: string): boolean {
  return gifts.some(({ paths }) => paths.include(path));
}

/** A step that gives folders away or moves where things are installed. */
interface Gift {
  /** In one line. */
  readonly text: string;
  readonly paths: GivenPaths;
}

const maxGifts = 100;
const givesAway = /ch(?:own|mod|grp)|setfacl|install\s+-|useradd|adduser|prefix|npmrc|nvm|fnm|volta|linuxbrew/i;

interface StageFacts {
  /** What stands before a RUN of the stage: the USER that holds there, and how many gifts. */
  readonly before: ReadonlyMap<Instruction, { readonly user: Instruction | undefined; readonly gifts: number }>;
  readonly lastUser: Instruction | undefined;
  /** What COPY and ADD of the stage make, by target as written. */
  readonly copies: ReadonlyMap<string, readonly Instruction[]>;
  /** Those of the stages below included. */
  readonly gifts: readonly Gift[];
}

/** Worked out once for each stage, from those of the stage below it: each RUN asks. */
function factsOf(stage: Stage): StageFacts {
  return stage.remember(findFacts);
}

function findFacts(stage: Stage): StageFacts {
  // The outermost first: one inside the other, a long chain of stages would exhaust the stack.
  const unknown: Stage[] = [];
  for (let at = stage.baseStage; at !== undefined && !at.knows(findFacts); at = at.baseStage) unknown.push(at);
  for (const link of unknown.reverse()) factsOf(link);
  const below = stage.baseStage === undefined ? undefined : factsOf(stage.baseStage);
  const before = new Map<Instruction, { readonly user: Instruction | undefined; readonly gifts: number }>();
  const copies = new Map<string, Instruction[]>();
  const gifts: Gift[] = [];
  const giftsBelow = below?.gifts ?? [];
  const room = maxGifts - giftsBelow.length;
  let lastUser = below?.lastUser;
  for (const instruction of stage.instructions) {
    const { keyword } = instruction;
    if (keyword === 'USER') lastUser = instruction;
    if (keyword === 'RUN') before.set(instruction, { user: lastUser, gifts: giftsBelow.length + gifts.length });
    if (keyword === 'COPY' || keyword === 'ADD') {
      const target = instruction.words.at(-1)?.value ?? '';
      const same = copies.get(target);
      if (same === undefined) copies.set(target, [instruction]);
      else same.push(instruction);
    }
    const gift = gifts.length <= room ? instruction.remember(giftOf) : undefined;
    if (gift !== undefined) gifts.push(gift);
  }
  return {
    before,
    lastUser,
    copies,
    gifts: gifts.length === 0 ? giftsBelow : [...giftsBelow, ...gifts],
  };
}

/** What an instruction gives away; `undefined` for all that cannot. */
function giftOf(instruction: Instruction): Gift | undefined {
  if (!givesAway.test(instruction.text)) return undefined;
  const flags = instruction.flags.map((flag) => `--${flag.name}=${flag.value} `).join('');
  const text = `${instruction.keyword} ${flags}${withoutBraces(instruction.body.text.replace(/\n/g, ' '))}`;
  return { text, paths: new GivenPaths(text) };
}

/** `/usr/local/{bin,lib}` stands for two paths. */
function withoutBraces(text: string): string {
  if (!text.includes('{')) return text;
  return text.replace(/([^\s{}"']*)\{([^\s{}$]{1,200},[^\s{}$]{0,200})\}/g, (_, path: string, names: string) =>
    names
      .split(',')
      .map((name) => path + name)
      .join(' '),
  );
}

function asRoot(path: string, run: RunInstruction, user: string): Fix {
  return new LateFix(`Run this as root, then go back to ${user}`, () => {
    const { start, end } = run.instruction.range;
    const lineEnd = run.dockerfile.text.includes('\r\n') ? '\r\n' : '\n';
    const edits = [
      { range: { start, end: start }, newText: `USER root${lineEnd}` },
      { range: { start: end, end }, newText: `${lineEnd}USER ${user}` },
    ];
    return [{ path, edits }];
  });
}
