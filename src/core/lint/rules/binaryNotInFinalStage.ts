import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import type { Instruction } from '../../dockerfile/Instruction.ts';
import { type Stage, stageChain, stagesOf } from '../../dockerfile/stages.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import { parseSkill } from '../../skills/parseSkill.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { ProjectImage, ProjectModel } from '../../workspace/ProjectModel.ts';
import { baseName } from '../../workspace/paths.ts';
import { startedScripts } from '../../workspace/start/startedScripts.ts';
import { baseOf } from '../baseOf.ts';
import { finalStageFixes } from '../fixes/finalStageFixes.ts';
import { gatewayImages } from '../gatewayImages.ts';
import { baseHas, packagePrograms } from '../imagePrograms.ts';
import { type InstallCommand, installCommands } from '../installCommands.ts';
import type { RelatedLocation } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import { mayName } from '../RunFilter.ts';
import { type RunText, runsOfStage, type StageScript } from '../runScripts.ts';

/** Only the last stage becomes the image: what another one installs is gone unless it is copied. */
export const binaryNotInFinalStage: Rule = {
  id: 'binary-not-in-final-stage',
  summary: 'Install in the final stage, or copy the binary there',
  why:
    'Only the last stage becomes the image. What an earlier stage installs is gone unless COPY --from takes it over: the container ' +
    'does not start, its health check fails, or the skill is left out.',
  severity: 'warning',
  noFix: 'where the last stage is of another distribution, or the install takes more than its packages or one file.',
  check: (project) => project.images.flatMap((image) => findingsFor(project, image)),
  bad: {
    Dockerfile:
      'FROM node:24-bookworm AS build\nRUN apt-get update && apt-get install -y tini\n\nFROM node:24-bookworm-slim\nRUN npm install -g openclaw@2026.9.6\nENTRYPOINT ["tini", "--", "openclaw", "gateway"]\n',
  },
  good: {
    Dockerfile:
      'FROM node:24-bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends tini && npm install -g openclaw@2026.9.6\nENTRYPOINT ["tini", "--", "openclaw", "gateway"]\n',
  },
};

interface ProgramInstall {
  readonly program: string;
  readonly range: TextRange;
  readonly install: InstallCommand;
}

function findingsFor(project: ProjectModel, image: ProjectImage): readonly Finding[] {
  const chain = stageChain(image.stage);
  if (stagesOf(image.dockerfile).length <= chain.length) return [];
  const base = baseOf(image);
  const needs = [...neededPrograms(project, image)].filter(([program]) => baseHas(base, program) === false);
  if (needs.length === 0) return [];
  const installed = installedElsewhere(
    image,
    new Set(chain),
    needs.map(([program]) => program),
  );
  const findings: Finding[] = [];
  for (const [program, need] of needs) {
    const found = installed.find((programs) => programs.has(program))?.get(program);
    if (found === undefined || mayBeIn(image, chain, program, project.catalog)) continue;
    const { range, install, run } = found;
    findings.push({
      path: image.path,
      range,
      message: `${program} is installed in a stage that does not reach the image: ${need.consequence}. Install it in the last stage, or copy it there.`,
      related: need.related,
      fixes: () => finalStageFixes(image, run, install, program, project.catalog),
    });
  }
  return findings;
}

/** By program: where a stage installs it for itself. */
type Installed = ReadonlyMap<string, ProgramInstall & { readonly run: StageScript }>;

/** Of each stage that may install one of these programs, with others perhaps. */
function installedElsewhere(
  image: ProjectImage,
  chain: ReadonlySet<Stage>,
  programs: readonly string[],
): readonly Installed[] {
  const words = programs.flatMap((program) => [program, ...packagesWith(program)]).join('\n');
  return (
    stagesOf(image.dockerfile)
      // What stands below the image's own stage is another image.
      .slice(0, image.stage.index + 1)
      .filter((stage) => !chain.has(stage))
      .map((stage) => stage.rememberFor(words, installedIn))
      .filter(({ size }) => size > 0)
  );
}

/** In the RUNs that may name one of the words, which are lines of a text. */
function installedIn(stage: Stage, words: string): Installed {
  const installed = new Map<string, ProgramInstall & { readonly run: StageScript }>();
  const runs = runsOfStage(stage).filter((run) => mayName(run, words));
  for (const run of runs.flatMap(({ scripts }) => scripts)) {
    for (const found of run.text.remember(programInstalls))
      if (!installed.has(found.program)) installed.set(found.program, { ...found, run });
  }
  return installed;
}

function programInstalls({ commands }: RunText): readonly ProgramInstall[] {
  const found: ProgramInstall[] = [];
  for (const install of installCommands(commands)) {
    const isGlobal = install.command.words.some(({ value }) => /^(?:-g|--global)$/.test(value));
    if (!/^(?:apt|apk|download)$/.test(install.kind) && !(install.tool === 'npm' && isGlobal)) continue;
    for (const name of install.names) {
      const plain = name.replace(/(?<=.)[@=].*$/, '');
      for (const program of Object.hasOwn(packagePrograms, plain) ? (packagePrograms[plain] ?? []) : [plain])
        found.push({ program, range: install.range, install });
    }
  }
  return found;
}

interface Need {
  readonly consequence: string;
  readonly related: readonly RelatedLocation[];
}

function neededPrograms(project: ProjectModel, image: ProjectImage): ReadonlyMap<string, Need> {
  const needs = new Map<string, Need>();
  const atStart = new Set<string>();
  for (const script of startedScripts(project)) {
    if (script.image !== image) continue;
    // Of what is installed at start another rule speaks.
    for (const install of installCommands(script.commands)) for (const name of install.names) atStart.add(name);
    for (const command of script.commands) {
      if (command.condition !== undefined) continue;
      const related = [{ path: script.path, range: command.range, message: 'It is needed here.' }];
      const consequence =
        script.when === 'healthcheck'
          ? 'the health check fails, and the container stays unhealthy'
          : 'the container fails when it starts';
      for (const name of programsOf(command)) if (!needs.has(name)) needs.set(name, { consequence, related });
    }
  }
  for (const name of atStart) needs.delete(name);
  if (!gatewayImages(project).some((gateway) => gateway.image === image)) return needs;
  for (const path of project.paths) {
    if (!/\/SKILL\.md$/i.test(path)) continue;
    const result = parseSkill(project.read(path) ?? '');
    if (!result.ok || result.skill.always || (result.skill.os.length > 0 && !result.skill.os.includes('linux')))
      continue;
    for (const word of result.skill.bins) {
      if (needs.has(word.name) || atStart.has(word.name)) continue;
      needs.set(word.name, {
        consequence: `the gateway leaves out the skill "${result.skill.name}"`,
        related: [{ path, range: word.range, message: 'It is needed here.' }],
      });
    }
  }
  return needs;
}

/** The program of a command, and the one that starts it where that is a program of its own. */
function programsOf(command: ShellCommand): readonly string[] {
  const { argv, name } = unwrapCommand(command.words);
  const inFront = command.words
    .slice(0, Math.max(0, command.words.length - argv.length))
    .map((word) => baseName(word.value));
  return [...inFront.filter((word) => /^(?:tini|dumb-init|gosu|su-exec|catatonit|xvfb-run)$/.test(word)), name].filter(
    (word) => /^[\w][\w.+-]*$/.test(word),
  );
}

/** The image has it on top of its base, or nobody can be sure that it has not. */
function mayBeIn(image: ProjectImage, chain: readonly Stage[], program: string, catalog: BinaryCatalog): boolean {
  const names = [
    program,
    ...packagesOf(program, catalog),
    ...(/^(?:pnpm|yarn)$/.test(program) ? ['corepack'] : []),
  ].map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\w-])(?:${names.join('|')})(?![\\w-])`);
  for (const instruction of chain.flatMap((stage) => stage.instructions)) {
    if (instruction.keyword === 'RUN' && (pattern.test(instruction.body.text) || runsUnknown(instruction))) return true;
    if ((instruction.keyword === 'COPY' || instruction.keyword === 'ADD') && bringsPrograms(instruction, pattern))
      return true;
  }
  return image.services.some(({ service }) =>
    service.mounts.some((mount) => /\/s?bin(?:\/|$)|^\/(?:usr|opt|home\/[^/]+|root)\/?$|\.local/.test(mount.target)),
  );
}

function packagesOf(program: string, catalog: BinaryCatalog): readonly string[] {
  const source = catalog.find(program)?.source;
  const own = source !== undefined && 'package' in source ? [source.package] : [];
  return [...own, ...packagesWith(program)];
}

function packagesWith(program: string): readonly string[] {
  return Object.keys(packagePrograms).filter((name) => packagePrograms[name]?.includes(program) === true);
}

/** Packages from a list or a variable, or a script that nobody has read. */
function runsUnknown(instruction: Instruction): boolean {
  const { text } = instruction.body;
  return /(?:install|add)\s[^\n;&|]*\$|xargs|\.sh\b|\bmake\b|\|\s*(?:ba|z)?sh\b|ansible|brew\b|playwright/.test(text);
}

function bringsPrograms(instruction: Instruction, pattern: RegExp): boolean {
  if (pattern.test(instruction.body.text)) return true;
  // A whole folder of programs, or the whole file system of another stage.
  return instruction.words.some((word) => /(?:^|\/)s?bin\/?\*?$|^\/(?:usr|usr\/local|opt)?\/?$/.test(word.value));
}
