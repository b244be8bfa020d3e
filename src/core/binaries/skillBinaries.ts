import type { Instruction } from '../dockerfile/Instruction.ts';
import { stageChain } from '../dockerfile/stages.ts';
import { type GatewayImage, gatewayImages } from '../lint/gatewayImages.ts';
import { baseHas } from '../lint/imagePrograms.ts';
import { missingSkillBinary, skillsOf } from '../lint/rules/missingSkillBinary.ts';
import { runtimeInstall } from '../lint/rules/runtimeInstall.ts';
import { reachedStages } from '../lint/stageFlow.ts';
import type { Skill, SkillWord } from '../skills/parseSkill.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import { ProjectModel } from '../workspace/ProjectModel.ts';
import { baseName, parentFolder } from '../workspace/paths.ts';
import { findStanzas } from './findStanzas.ts';
import { handWrittenInstall } from './handWrittenInstall.ts';

/** One binary that one skill of the project asks for, and where it is. */
export interface SkillBinary {
  /** The binary's name on PATH. */
  readonly name: string;
  /** Where the SKILL.md names it. */
  readonly range: TextRange;
  readonly state: SkillBinaryState;
  /** One of several, of which the skill needs any. */
  readonly isAlternative: boolean;
}

export type SkillBinaryState =
  /** A file of the project puts it into the gateway's image. */
  | { readonly kind: 'inImage'; readonly path: string; readonly range: TextRange }
  /** The image that the gateway's is built on has it. */
  | { readonly kind: 'inBase' }
  /** `dockerfile`: where it can be baked in; absent where the project has no file for it, or the catalog no such binary. */
  | { readonly kind: 'missing'; readonly dockerfile?: string }
  /** It is installed each time the container starts, there; `dockerfile` as above. */
  | { readonly kind: 'atStart'; readonly path: string; readonly range: TextRange; readonly dockerfile?: string }
  | { readonly kind: 'noLinuxBuild'; readonly reason: string }
  /** The project's files do not say. */
  | { readonly kind: 'unknown' };

export interface SkillBinaries {
  readonly skill: string;
  /** Of the SKILL.md. */
  readonly path: string;
  /** In the order of the file, each name once. */
  readonly binaries: readonly SkillBinary[];
}

/** The skills of the project that need binaries, by path, and what the gateway's image has of them. */
export function skillBinaries(project: ProjectFiles): readonly SkillBinaries[] {
  const model = new ProjectModel(project);
  const missing = new Set([...missingSkillBinary.check(model)].map(({ path, range }) => `${path}:${range.start}`));
  const found = skillsOf(model).map(({ path, skill }) => ({
    skill: skill.name === '' ? baseName(parentFolder(path)) : skill.name,
    path,
    binaries: binariesOf(model, missing, path, skill),
  }));
  return found.filter(({ binaries }) => binaries.length > 0).sort((a, b) => (a.path < b.path ? -1 : 1));
}

function binariesOf(
  model: ProjectModel,
  missing: ReadonlySet<string>,
  path: string,
  skill: Skill,
): readonly SkillBinary[] {
  const found = new Map<string, SkillBinary>();
  const anyIsMissing = missing.has(`${path}:${skill.anyBins[0]?.range.start}`);
  const add = (word: SkillWord, isMissing: boolean, isAlternative: boolean): void => {
    if (found.has(word.name)) return;
    const state = stateOf(model, skill, word.name, isMissing);
    found.set(word.name, { name: word.name, range: word.range, state, isAlternative });
  };
  for (const word of skill.bins) add(word, missing.has(`${path}:${word.range.start}`), false);
  for (const word of skill.anyBins) add(word, anyIsMissing, skill.anyBins.length > 1);
  return [...found.values()];
}

function stateOf(model: ProjectModel, skill: Skill, name: string, isMissing: boolean): SkillBinaryState {
  if (skill.os.length > 0 && !skill.os.includes('linux')) {
    return { kind: 'noLinuxBuild', reason: `the skill is for ${skill.os.join(', ')} only` };
  }
  const binary = model.catalog.find(name);
  if (binary?.source.kind === 'none') return { kind: 'noLinuxBuild', reason: binary.source.reason };
  const gateways = gatewayImages(model);
  for (const gateway of gateways) {
    const place = placeIn(gateway, name, model);
    if (place !== undefined) return place;
  }
  const dockerfile = binary === undefined ? undefined : gateways[0]?.image.path;
  const bakeable = dockerfile === undefined ? {} : { dockerfile };
  if (isMissing) return { kind: 'missing', ...bakeable };
  const atStart = installAtStart(model, name);
  return atStart === undefined ? { kind: 'unknown' } : { kind: 'atStart', ...atStart, ...bakeable };
}

/** The command that installs it when the container starts: one that names it. */
function installAtStart(
  model: ProjectModel,
  name: string,
): { readonly path: string; readonly range: TextRange } | undefined {
  const pattern = wordPattern(name);
  for (const { path, range } of runtimeInstall.check(model)) {
    if (pattern.test((model.read(path) ?? '').slice(range.start, range.end)))
      return { path, range: { start: range.start, end: range.end } };
  }
  return undefined;
}

function wordPattern(name: string): RegExp {
  return new RegExp(`(?<![\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`);
}

function placeIn({ image, base }: GatewayImage, name: string, model: ProjectModel): SkillBinaryState | undefined {
  const { dockerfile, path, stage } = image;
  const inImage = (range: TextRange): SkillBinaryState => ({
    kind: 'inImage',
    path,
    range: { start: range.start, end: range.end },
  });
  const own = new Set(stageChain(stage).flatMap(({ instructions }) => instructions));
  const stanza = findStanzas(dockerfile).find(
    (candidate) => candidate.name === name && candidate.instructions.some((instruction) => own.has(instruction)),
  );
  if (stanza !== undefined) return inImage(stanza.marker);
  const binary = model.catalog.find(name);
  const install = binary === undefined ? undefined : handWrittenInstall(dockerfile, stage, binary);
  if (install !== undefined) return inImage(install.instruction.range);
  if (baseHas(base, name) === true) return { kind: 'inBase' };
  const mention = mentionOf(
    [...reachedStages(dockerfile, stage)].flatMap(({ instructions }) => instructions),
    name,
  );
  return mention === undefined ? undefined : inImage(mention.range);
}

/** The last instruction of a stage that reaches the image and that installs or copies under that name. */
function mentionOf(instructions: readonly Instruction[], name: string): Instruction | undefined {
  const pattern = wordPattern(name);
  return instructions
    .filter(({ keyword }) => /^(?:RUN|COPY|ADD)$/.test(keyword))
    .findLast(({ body }) => pattern.test(body.text));
}
