import { expandVariables } from '../../dockerfile/expandVariables.ts';
import type { Instruction, Word } from '../../dockerfile/Instruction.ts';
import type { Dockerfile } from '../../dockerfile/parseDockerfile.ts';
import { type StageState, stageStates } from '../../dockerfile/stageStates.ts';
import { type Stage, stageChain, stagesOf } from '../../dockerfile/stages.ts';
import type { ProjectImage, ProjectModel } from '../../workspace/ProjectModel.ts';
import { baseName, isWithin, parentFolder, resolvePath } from '../../workspace/paths.ts';
import { readEnvFile } from '../../workspace/readEnvFile.ts';
import { assignmentsOf } from '../assignmentsOf.ts';
import { dockerignore } from '../dockerignore.ts';
import { ignoreFileFixes, secretFileFixes, secretVariableFixes } from '../fixes/secretFixes.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import { isSecretAssignment, mayHoldSecrets, secretValues } from '../secretValues.ts';
import { stageNamed } from '../stageFlow.ts';

/** What is in a layer stays in it: whoever can pull the image can read it, also after a later step has deleted it. */
export const secretInImage: Rule = {
  id: 'secret-in-image',
  summary: 'Keep secrets out of the image',
  why:
    'Everybody who can pull the image, or gets at the build cache, can read what its layers and variables hold, even what a later step ' +
    'deletes. A token that was in an image must be replaced.',
  severity: 'warning',
  noFix:
    'for credentials in the text of a RUN and for files that a COPY must have: how the build is to get them without a layer is yours to choose.',
  check: (project) => {
    const findings = new Map<string, Finding>();
    const add = (finding: Finding): void => {
      const key = `${finding.path}:${finding.range.start}`;
      if (!findings.has(key)) findings.set(key, finding);
    };
    for (const { path, dockerfile } of project.buildFiles) {
      for (const instruction of secretHolders(dockerfile))
        for (const finding of valuesIn(project, path, instruction)) add(finding);
    }
    const environmentFiles = [...project.paths].filter((path) => environmentFile.test(baseName(path)));
    for (const image of [...project.images, ...project.inlineImages]) {
      for (const finding of copiedInto(project, image, environmentFiles)) add(finding);
    }
    return findings.values();
  },
  bad: { Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCOPY .env /app/.env\n' },
  good: {
    Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\n',
    'docker-compose.yml': 'services:\n  openclaw-gateway:\n    build: .\n    env_file: .env\n',
  },
};

/** The instructions whose texts are worth a second look. */
function secretHolders(dockerfile: Dockerfile): readonly Instruction[] {
  const stages = stagesOf(dockerfile);
  const first =
    stages[0] === undefined ? dockerfile.instructions.length : dockerfile.instructions.indexOf(stages[0].from);
  return [
    ...dockerfile.instructions.slice(0, first).filter(mayHoldSecret),
    ...stages.flatMap((stage) => stage.remember(secretHoldersIn)),
  ];
}

function secretHoldersIn({ from, instructions }: Stage): readonly Instruction[] {
  return [from, ...instructions].filter((instruction) => instruction.remember(mayHoldSecret));
}

/** Told by the text as it is written, where nothing is missing that the body has. */
function mayHoldSecret({ text }: Instruction): boolean {
  return mayHoldSecrets(text);
}

const advice = 'Pass it at run time, by compose’s environment or env_file, and replace it: it is known.';

/** Tokens in the text of an instruction, here-documents included, and random values of variables that are named like secrets. */
function* valuesIn(project: ProjectModel, path: string, instruction: Instruction): Iterable<Finding> {
  const { body } = instruction;
  const isVariable = instruction.keyword === 'ENV' || instruction.keyword === 'ARG';
  const variables = isVariable ? assignmentsOf(instruction) : [];
  for (const { what, range } of secretValues(body.text)) {
    if (isMeantForAll(instruction, body.text.slice(0, range.start))) continue;
    const at = body.sourceRange(range.start, range.end);
    const variable = variables.find((known) => known.range.start <= at.start && at.end <= known.range.end);
    yield {
      path,
      fixes: () => (variable === undefined ? [] : secretVariableFixes(project, path, instruction, variable)),
      range: at,
      message: `Everybody who can pull the image can read ${what} here. ${advice}`,
      severity: 'error',
    };
  }
  for (const variable of variables) {
    const { name, value, range } = variable;
    if (!isSecretAssignment(name, value)) continue;
    yield {
      path,
      fixes: () => secretVariableFixes(project, path, instruction, variable),
      range,
      message: `Everybody who can pull the image can read the value of ${name}. ${advice}`,
      severity: 'error',
      peers: { ids: ['SecretsUsedInArgOrEnv'], range: instruction.range },
    };
  }
}

/** A key that browsers get anyway, such as Firebase's. */
function isMeantForAll(instruction: Instruction, before: string): boolean {
  if (instruction.keyword !== 'ENV' && instruction.keyword !== 'ARG' && instruction.keyword !== 'RUN') return false;
  return /(?:PUBLIC|PUBLISHABLE|VITE_|REACT_APP_|FIREBASE)\w*["']?[=\s]["']?$/i.test(before);
}

function* copiedInto(
  project: ProjectModel,
  image: ProjectImage,
  environmentFiles: readonly string[],
): Iterable<Finding> {
  const copies = environmentFiles.length > 0 ? copiesIn : secretCopiesIn;
  if (!stagesOf(image.dockerfile).some((stage) => stage.remember(copies).length > 0)) return;
  const context = contextOf(project, image);
  const ignoreFile = [`${image.path}.dockerignore`, resolvePath(context, '.dockerignore')].find(
    (path) => project.read(path) !== undefined,
  );
  const ignores = dockerignore(ignoreFile === undefined ? '' : (project.read(ignoreFile) ?? ''));
  const chain = new Set(stageChain(image.stage));
  for (const stage of stagesOf(image.dockerfile)) {
    for (const { instruction, state } of stage.remember(copies)) {
      const words = pathsOf(instruction);
      const destination = words.pop();
      if (destination === undefined) continue;
      const reasons = words.map((source) =>
        reasonAgainst(project, context, source.value, { ignores, environmentFiles }),
      );
      if (reasons.every((reason) => reason === undefined)) continue;
      const target = resolvePath(
        state.workdir,
        expandVariables(destination.value, (name) => state.variables.get(name)),
      );
      if (!chain.has(stage) && !isTakenOver(image, chain, stage, target)) continue;
      for (const [place, source] of words.entries()) {
        const reason = reasons[place];
        if (reason === undefined) continue;
        const { message, copied, inside } = reason;
        const fixes = (): readonly Fix[] => {
          if (copied !== undefined)
            return secretFileFixes(project, image.path, instruction, { ...source, file: copied });
          return inside === undefined ? [] : ignoreFileFixes(project, ignoreFile, inside);
        };
        yield { path: image.path, range: source.range, message, fixes };
      }
    }
  }
}

interface Copy {
  readonly instruction: Instruction;
  /** Before it. */
  readonly state: StageState;
}

/** What a stage takes from the build context. */
function copiesIn(stage: Stage): readonly Copy[] {
  const states = stageStates(stage);
  return stage.instructions.flatMap((instruction, index) => {
    const state = states[index];
    const isCopy = (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') && !instruction.flag('from');
    return isCopy && state !== undefined ? [{ instruction, state }] : [];
  });
}

function secretCopiesIn(stage: Stage): readonly Copy[] {
  return stage.remember(copiesIn).filter(({ instruction }) => instruction.remember(mayCopySecret));
}

/** One look at an instruction: `false` where no source of it can be a secret by its own name. */
function mayCopySecret(instruction: Instruction): boolean {
  // Of most the text says it, without a look at each word.
  if (!mayNameSecret.test(instruction.text)) return false;
  return pathsOf(instruction).some(({ value }) => {
    // What is above the build context is named elsewhere.
    if (value.includes('..')) return true;
    const name = baseName(resolvePath('/', value));
    return [environmentFile, keptSecrets, stateFolder, stateConfig].some((pattern) => pattern.test(name));
  });
}

/** The words of a COPY: its sources and, at the end, where they go. */
function pathsOf(instruction: Instruction): Word[] {
  return instruction.words.map((word) => withoutJson(instruction, word)).filter((word) => word.value !== '');
}

/** `["a", "b"]` is split at blanks like everything else. */
function withoutJson(instruction: Instruction, word: Word): Word {
  if (!instruction.body.text.startsWith('[')) return word;
  const text = instruction.sourceText(word.range);
  const start = word.range.start + (/^\[?"?/.exec(text)?.[0].length ?? 0);
  const end = word.range.end - (/"?,?\]?$/.exec(text)?.[0].length ?? 0);
  return { value: instruction.sourceText({ start, end }), range: { start, end } };
}

function contextOf(project: ProjectModel, image: ProjectImage): string {
  const [service] = image.services;
  const build = service?.service.build;
  return service === undefined || build === undefined
    ? parentFolder(image.path)
    : project.hostPath(service, build.context);
}

/** A stage of the image copies the folder, or one above it, from that stage. */
function isTakenOver(image: ProjectImage, chain: ReadonlySet<Stage>, stage: Stage, target: string): boolean {
  for (const link of chain) {
    for (const instruction of link.instructions) {
      const from = instruction.flag('from')?.value;
      if (from === undefined || stageNamed(image.dockerfile, from) !== stage) continue;
      if (instruction.words.slice(0, -1).some((word) => isWithin(resolvePath('/', word.value), target))) return true;
    }
  }
  return false;
}

const environmentFile = /^\.env(?:\.(?:local|prod|production|staging|live))?$/;
const keptSecrets =
  /^(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.git-credentials|\.pgpass|\.ssh|\.aws|\.kube|auth-profiles\.json|client_secret[\w.-]*\.json|[\w.-]*service[-_]?account[\w.-]*\.json|\.vault-token)$/;
const stateFolder = /^\.(?:openclaw|clawdbot|moltbot)$/;
const stateConfig = /^(?:openclaw|clawdbot|moltbot)\.json$/;

/** Something of all these names, of a way out of the build context, or of how a name may be spelled otherwise. */
const mayNameSecret =
  /\.(?:env|netrc|git-c|pgpass|ssh|aws|kube|vault|openclaw|clawdbot|moltbot|\.)|id_|auth-|client_|service|(?:openclaw|clawdbot|moltbot)\.json|["'\\]/;

interface Files {
  readonly ignores: (path: string) => boolean;
  /** All `.env` files of the project. */
  readonly environmentFiles: readonly string[];
}

interface Reason {
  readonly message: string;
  /** The env file that is named itself, as a path of the project. */
  readonly copied?: string;
  /** The file that a folder brings along, relative to the build context. */
  readonly inside?: string;
}

function reasonAgainst(
  project: ProjectModel,
  context: string,
  source: string,
  { ignores, environmentFiles }: Files,
): Reason | undefined {
  if (/[$*?[]|^<<|^[a-z]+:\/\//i.test(source)) return undefined;
  const path = resolvePath(context, source.replace(/^\/+/, ''));
  if (!isWithin(context, path)) return undefined;
  const relative = path === context ? '' : path.slice(context === '/' ? 1 : context.length + 1);
  const name = baseName(relative);
  if (relative !== '' && ignores(relative)) return undefined;
  const stays = 'into a layer of the image: whoever can pull it can read them.';
  if (environmentFile.test(name)) {
    const text = project.read(path);
    if (text !== undefined && !holdsSecrets(text)) return undefined;
    return {
      message: `This copies the secrets of ${name} ${stays} Let compose pass them with env_file.`,
      copied: path,
    };
  }
  if (keptSecrets.test(name))
    return { message: `This copies the credentials in ${name} ${stays} Mount them at run time.` };
  if (stateFolder.test(name)) {
    return {
      message: `This copies the gateway's state, with its tokens and credentials, ${stays} Mount it at run time.`,
    };
  }
  if (stateConfig.test(name)) {
    return holdsTokens(project.read(path) ?? '')
      ? { message: `This copies the tokens in ${name} ${stays} Name variables there instead.` }
      : undefined;
  }
  const inside = secretFileBelow(project, context, path, { ignores, environmentFiles });
  if (inside === undefined) return undefined;
  return { message: `This copies ${inside} as well, with its secrets, ${stays} Name it in .dockerignore.`, inside };
}

/** Files of the project that a folder's COPY brings along. */
function secretFileBelow(
  project: ProjectModel,
  context: string,
  folder: string,
  { ignores, environmentFiles }: Files,
): string | undefined {
  for (const path of environmentFiles) {
    if (path === folder || !isWithin(folder, path)) continue;
    const relative = path.slice(context === '/' ? 1 : context.length + 1);
    if (!ignores(relative) && holdsSecrets(project.read(path) ?? '')) return relative;
  }
  return undefined;
}

function holdsSecrets(text: string): boolean {
  if (secretValues(text).length > 0) return true;
  return [...readEnvFile(text)].some(([name, value]) => isSecretAssignment(name, value));
}

/** Literal values in a config, which may name variables instead. */
function holdsTokens(text: string): boolean {
  if (secretValues(text).length > 0) return true;
  return [...text.matchAll(/["']?(\w*(?:token|apiKey|password|secret))["']?\s*:\s*["']([^"']+)["']/gi)].some(
    ([, name = '', value = '']) => isSecretAssignment(name, value),
  );
}
