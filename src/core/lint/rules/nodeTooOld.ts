import { interpolate } from '../../compose/interpolate.ts';
import type { Instruction } from '../../dockerfile/Instruction.ts';
import type { Dockerfile } from '../../dockerfile/parseDockerfile.ts';
import { type Stage, stageChain, stagesOf } from '../../dockerfile/stages.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { ProjectImage, ProjectModel } from '../../workspace/ProjectModel.ts';
import { baseName, parentFolder } from '../../workspace/paths.ts';
import { startedScripts } from '../../workspace/start/startedScripts.ts';
import { baseOf, isNodeImage, isOfficialGateway } from '../baseOf.ts';
import { newerNodeFixes, newerSetupFixes } from '../fixes/nodeFixes.ts';
import { type GatewayInstall, gatewayInstall, gatewayInstalls, mayNameGateway } from '../gatewayImages.ts';
import { type NodeRequirement, nodeVersionOfTag, readEngines, requirementOf } from '../nodeRequirement.ts';
import type { Finding, Rule } from '../Rule.ts';
import { RunFilter } from '../RunFilter.ts';
import { runScriptsOf, runsOfStage } from '../runScripts.ts';
import { reachedStages, stageNamed } from '../stageFlow.ts';

/** The gateway checks its Node when it is installed and when it starts, and refuses an older one. */
export const nodeTooOld: Rule = {
  id: 'node-too-old',
  summary: 'Use a base image whose Node the gateway supports',
  why:
    'The gateway refuses a Node that is older than its release needs: the build fails while it installs, or the container ends at ' +
    'every start. An image that takes the newest gateway meets this at the next build.',
  severity: 'error',
  noFix: 'for images that are pinned by a digest, and for variants that Node 24 does not have.',
  check: (project) => {
    const findings = new Map<string, Finding>();
    for (const found of [...ofDockerfiles(project), ...ofStarts(project)]) {
      const key = `${found.path}:${found.range.start}`;
      if (!findings.has(key)) findings.set(key, found);
    }
    return findings.values();
  },
  bad: { Dockerfile: 'FROM node:20-bookworm\nRUN npm install -g openclaw@2026.9.6\nCMD ["openclaw", "gateway"]\n' },
  good: { Dockerfile: 'FROM node:24-bookworm\nRUN npm install -g openclaw@2026.9.6\nCMD ["openclaw", "gateway"]\n' },
};

/** A gateway that needs some Node. */
interface Wanted {
  readonly requirement: NodeRequirement;
  /** `openclaw 2026.9.6`, `the newest openclaw`. */
  readonly who: string;
  readonly isNewest: boolean;
}

function* ofDockerfiles(project: ProjectModel): Iterable<Finding> {
  for (const image of [...project.images, ...project.inlineImages]) {
    const taken = takenFromOfficial(image);
    if (taken !== undefined) yield* judge(image, image.stage, taken);
    const installs = gatewayInstalls(image.dockerfile);
    const built = builtFromSource(project, image);
    if (installs.size === 0 && built === undefined) continue;
    const reached = reachedStages(image.dockerfile, image.stage);
    for (const [stage, install] of installs) {
      if (!reached.has(stage)) continue;
      const version = versionOf(image, install);
      const wanted = version === undefined ? undefined : wantedBy({ ...install, version });
      if (wanted !== undefined) yield* judge(image, stage, wanted);
    }
    if (built === undefined) continue;
    // What the container starts with; a stage that only builds is judged where the final one is none of Node.
    const last = isNodeStage(image, image.stage) ? [image.stage] : [...reached].filter((s) => isNodeStage(image, s));
    for (const stage of last) yield* judge(image, stage, built);
  }
}

/** The built gateway of an official image, copied onto another base. */
function takenFromOfficial(image: ProjectImage): Wanted | undefined {
  for (const stage of stageChain(image.stage)) {
    for (const { from, instruction } of stage.remember(appCopies)) {
      const source = stageNamed(image.dockerfile, from);
      const name = source === undefined ? from.split('@')[0]?.toLowerCase() : baseOf(image, source)?.name;
      const repository = name?.replace(/:[^/:]*$/, '');
      if (name === undefined || repository === undefined || !isOfficialGateway(repository)) continue;
      const tag = name.slice(repository.length + 1).replace(/-(?:slim|browser|r\d+)$/, '');
      return wantedBy({ name: baseName(repository), version: tag, range: instruction.range });
    }
  }
  return undefined;
}

/** What a stage copies of another image's `/app`, or to its own. */
function appCopies(stage: Stage): readonly { readonly from: string; readonly instruction: Instruction }[] {
  const found: { readonly from: string; readonly instruction: Instruction }[] = [];
  for (const instruction of stage.instructions) {
    const from = instruction.keyword === 'COPY' ? instruction.flag('from')?.value : undefined;
    if (from !== undefined && instruction.words.some((word) => /^\/app\/?$/.test(word.value)))
      found.push({ from, instruction });
  }
  return found;
}

function isNodeStage(image: ProjectImage, stage: Stage): boolean {
  const base = baseOf(image, stage);
  return base !== undefined && isNodeImage(base.repository);
}

/** A script that the container starts installs the gateway. */
function* ofStarts(project: ProjectModel): Iterable<Finding> {
  for (const script of startedScripts(project)) {
    const install = gatewayInstall(script.commands);
    const wanted = install === undefined ? undefined : wantedBy(install);
    if (wanted === undefined) continue;
    if (script.image !== undefined) {
      yield* judge(script.image, script.image.stage, wanted);
      continue;
    }
    const name = script.service?.service.image;
    if (script.service === undefined || name === undefined) continue;
    const reference = interpolate(name.value, script.service.variables).split('@')[0] ?? '';
    const repository = reference.replace(/:[^/:]*$/, '');
    if (!isNodeImage(repository)) continue;
    const found = findingFor(reference.slice(repository.length + 1), wanted, script.service.path, name.range);
    if (found === undefined) continue;
    const { path, compose } = script.service;
    yield { ...found, fixes: () => newerNodeFixes(path, compose.text, name.range) };
  }
}

function wantedBy(install: GatewayInstall): Wanted | undefined {
  const requirement = requirementOf(install.name, install.version);
  if (requirement === undefined) return undefined;
  const isNewest = !/^[v=]*\d/.test(install.version);
  return { requirement, isNewest, who: isNewest ? `the newest ${install.name}` : `${install.name} ${install.version}` };
}

/** The version as asked for; where it comes from an ARG that compose sets, what compose says, `undefined` where only the host knows. */
function versionOf(image: ProjectImage, { version, range }: GatewayInstall): string | undefined {
  const text = image.dockerfile.text.slice(range.start, range.end);
  const set = image.services.flatMap(({ service, variables }) =>
    (service.build?.args ?? [])
      .filter(({ name }) => new RegExp(`\\$\\{?${name.replace(/\W/g, '')}\\b`).test(text))
      .map(({ name, value }) =>
        value === undefined ? (variables.get(name) ?? '') : interpolate(value.value, variables),
      ),
  );
  const versions = new Set(set);
  if (versions.size === 0) return version;
  const [only = ''] = versions;
  return versions.size > 1 || only === '' ? undefined : only;
}

const sourceRepository =
  /^(?:https:\/\/|git@|ssh:\/\/git@)github\.com[/:](?:openclaw\/openclaw|clawdbot\/clawdbot|moltbot\/moltbot)(?:\.git)?$/;

/** The image builds the gateway from its source: a clone, or the project itself is that source. */
function builtFromSource(project: ProjectModel, image: ProjectImage): Wanted | undefined {
  for (const stage of stagesOf(image.dockerfile)) {
    const clone = stage.remember(sourceClone);
    if (clone === undefined) continue;
    if (clone.branch?.includes('$') === true || checksOut(image.dockerfile)) return undefined;
    return wantedBy({ name: 'openclaw', version: clone.branch ?? 'main', range: clone.range });
  }
  const text = project.read(`${parentFolder(image.path) === '/' ? '' : parentFolder(image.path)}/package.json`);
  if (text === undefined || !/"name"\s*:\s*"(?:openclaw|clawdbot|moltbot)"/.test(text)) return undefined;
  if (!/^\s*COPY\s[^\n]*(?:package\.json|\s\.\/?\s)/m.test(image.dockerfile.text)) return undefined;
  const engines = /"engines"\s*:\s*\{[^}]*"node"\s*:\s*"([^"]*)"/.exec(text)?.[1];
  const requirement = engines === undefined ? undefined : readEngines(engines);
  return requirement === undefined ? undefined : { requirement, isNewest: false, who: "this project's gateway" };
}

const mayClone = new RunFilter(['clone']);

/** The first clone of the gateway's source in a stage: the RUN that makes it, and the branch that it takes. */
function sourceClone(stage: Stage): { readonly branch: string | undefined; readonly range: TextRange } | undefined {
  for (const run of runsOfStage(stage)) {
    if (!mayClone.covers(run) || !mayNameGateway.covers(run)) continue;
    for (const { words } of run.texts.flatMap(({ commands }) => commands)) {
      const { name, argv } = unwrapCommand(words);
      if (name !== 'git' || argv[1]?.value !== 'clone' || !argv.some((word) => sourceRepository.test(word.value)))
        continue;
      const at = argv.findIndex((word) => word.value === '-b' || word.value === '--branch');
      const branch =
        at === -1 ? argv.find((word) => word.value.startsWith('--branch='))?.value.slice(9) : argv[at + 1]?.value;
      return { branch, range: run.instruction.range };
    }
  }
  return undefined;
}

/** Another commit than the newest is taken. */
function checksOut(dockerfile: Dockerfile): boolean {
  return /\bgit\b[^\n;&|]*\b(?:checkout|reset|switch)\b/.test(dockerfile.text);
}

/** Another Node than that of the base image is put in. */
const bringsNode =
  /\bnvm\b|\bfnm\b|\bvolta\b|nodesource|nodejs\.org\/dist|(?:^|[\s;&])n (?:\d|lts|latest|stable|current)|\/bin\/node\b|COPY --from=\S*node\S* \/usr\/local\b/m;

function* judge(image: ProjectImage, stage: Stage, wanted: Wanted): Iterable<Finding> {
  const base = baseOf(image, stage);
  if (base === undefined) return;
  if (isNodeImage(base.repository)) {
    if (bringsNode.test(buildText(stage))) return;
    const found = findingFor(base.tag, wanted, image.path, base.range);
    if (found === undefined) return;
    const { text } = image.dockerfile;
    yield { ...found, fixes: () => (base.hasDigest ? [] : newerNodeFixes(image.path, text, base.range)) };
    return;
  }
  const source = nodesource(image, stage);
  const found = source === undefined ? undefined : findingFor(source.major, wanted, image.path, source.range);
  if (source !== undefined && found !== undefined)
    yield { ...found, fixes: () => newerSetupFixes(image.path, image.dockerfile.text, source.range) };
}

function buildText(stage: Stage): string {
  return stageChain(stage)
    .flatMap((link) => link.instructions)
    .map(
      (instruction) =>
        `${instruction.keyword} ${instruction.flags.map((flag) => `--${flag.name}=${flag.value} `).join('')}${instruction.body.text}`,
    )
    .join('\n');
}

/** The set-up script of the NodeSource packages has the major version in its name. */
function nodesource(
  image: ProjectImage,
  stage: Stage,
): { readonly major: string; readonly range: TextRange } | undefined {
  const chain = new Set(stageChain(stage));
  const found = runScriptsOf(image.dockerfile)
    .filter((run) => chain.has(run.stage))
    .flatMap((run) => run.commands.flatMap((command) => command.words))
    .flatMap((word) => {
      const major = /nodesource\.com\/setup_(\d+)\.x/.exec(word.value)?.[1];
      return major === undefined ? [] : [{ major, range: word.range }];
    });
  return found.length === 1 ? found[0] : undefined;
}

function findingFor(tag: string, wanted: Wanted, path: string, range: TextRange): Finding | undefined {
  const version = nodeVersionOfTag(tag);
  if (version === undefined || wanted.requirement.isMetBy(version)) return undefined;
  const has = [version.major, version.minor, version.patch].filter(Number.isFinite).join('.');
  const when = wanted.isNewest ? 'the next build or start fails' : 'the build or the start fails';
  return {
    path,
    range,
    message: `${capitalized(wanted.who)} needs Node ${wanted.requirement.text} and refuses Node ${has}: ${when}.`,
    severity: wanted.isNewest ? 'warning' : 'error',
  };
}

function capitalized(text: string): string {
  return text.startsWith('the ') || text.startsWith('this ') ? `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}` : text;
}
