import { expandVariables } from '../dockerfile/expandVariables.ts';
import type { Word } from '../dockerfile/Instruction.ts';
import type { Stage } from '../dockerfile/stages.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { ProjectImage } from '../workspace/ProjectModel.ts';

/** The image that a stage is built on in the end, and where the Dockerfile names it. */
export interface Base {
  /** Lower case, with registry and tag as written and without digest; variables put in. */
  readonly name: string;
  /** The part before the tag. */
  readonly repository: string;
  /** Empty where there is none. */
  readonly tag: string;
  /** The reference is pinned by digest. */
  readonly hasDigest: boolean;
  /** Where it is named. */
  readonly range: TextRange;
}

/**
 * The base image below a stage. `undefined` where only the build decides: an ARG without a value, or one that a compose service
 * sets to something that the project's files do not say.
 */
export function baseOf(image: ProjectImage, stage: Stage = image.stage): Base | undefined {
  const root = rootOf(stage);
  const word = root.from.words[0];
  if (word === undefined) return undefined;
  return isPlain(root) ? root.remember(plainBase) : readBase(resolved(image, root, word.value), word);
}

/** The base image below a stage whatever compose says, or `undefined` where that counts. */
export function fixedBaseOf(stage: Stage): { readonly base: Base | undefined } | undefined {
  const root = rootOf(stage);
  return isPlain(root) ? { base: root.remember(plainBase) } : undefined;
}

function isPlain({ from }: Stage): boolean {
  return from.words[0]?.value.includes('$') !== true;
}

/** That of a stage whose FROM has no variables. */
function plainBase({ base, from }: Stage): Base | undefined {
  const word = from.words[0];
  return word === undefined ? undefined : readBase(base, word);
}

function readBase(full: string | undefined, word: Word): Base | undefined {
  if (full === undefined || full === '' || full.includes('$')) return undefined;
  const [name = '', digest] = full.toLowerCase().split('@');
  const repository = name.replace(/:[^/:]*$/, '');
  return {
    name,
    repository,
    tag: name.slice(repository.length + 1),
    hasDigest: digest !== undefined,
    range: word.range,
  };
}

/** The first built of the stages that a stage stands on; remembered, because each RUN of a long chain asks. */
function rootOf(stage: Stage): Stage {
  if (stage.baseStage === undefined) return stage;
  const climbed: Stage[] = [];
  for (let at = stage; at.baseStage !== undefined && !at.knows(findRoot); at = at.baseStage) climbed.push(at);
  // From below, so that each asks one that knows.
  for (const link of climbed.reverse()) link.remember(findRoot);
  return stage.remember(findRoot);
}

function findRoot(stage: Stage): Stage {
  return stage.baseStage?.remember(findRoot) ?? stage;
}

/** All services that build the image must agree. */
function resolved(image: ProjectImage, root: Stage, reference: string): string | undefined {
  const found = new Set<string>();
  if (image.services.length === 0) return root.base;
  for (const { service, variables } of image.services) {
    const given = new Map<string, string>();
    for (const { name, value } of service.build?.args ?? []) {
      const text = value === undefined ? undefined : expandVariables(value.value, (key) => variables.get(key));
      given.set(name, text ?? variables.get(name) ?? '$');
    }
    found.add(withGlobals(image, reference, given));
  }
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

function withGlobals(image: ProjectImage, reference: string, given: ReadonlyMap<string, string>): string {
  const globals = new Map<string, string>();
  for (const instruction of image.dockerfile.instructions) {
    if (instruction.keyword === 'FROM') break;
    if (instruction.keyword !== 'ARG') continue;
    for (const { value } of instruction.words) {
      const [name = '', ...rest] = value.split('=');
      const text = given.get(name) ?? (rest.length === 0 ? undefined : rest.join('='));
      if (text !== undefined)
        globals.set(
          name,
          expandVariables(text, (key) => globals.get(key)),
        );
    }
  }
  return expandVariables(reference, (name) => globals.get(name));
}

/** Images that the gateway's project publishes, under each of its names (openclaw docs/install/docker.md). */
export function isOfficialGateway(repository: string): boolean {
  return /^(?:ghcr\.io\/(openclaw\/openclaw|clawdbot\/clawdbot|moltbot\/moltbot)|(?:(?:index\.)?docker\.io\/)?openclaw\/openclaw)$/.test(
    repository,
  );
}

/** The official Node image, also by way of a mirror of Docker Hub. */
export function isNodeImage(repository: string): boolean {
  return /^(?:(?:(?:index\.)?docker\.io\/)?(?:library\/)?|public\.ecr\.aws\/docker\/library\/|mirror\.gcr\.io\/(?:library\/)?|[\w.-]+\/(?:docker\/)?library\/)node$/.test(
    repository,
  );
}
