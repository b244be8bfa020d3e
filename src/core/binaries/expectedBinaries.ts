import { commandOf } from '../dockerfile/commandOf.ts';
import { type Stage, stageChain } from '../dockerfile/stages.ts';
import { installCommands } from '../lint/installCommands.ts';
import { parseShell } from '../shell/parseShell.ts';
import { parseSkill } from '../skills/parseSkill.ts';
import { modelOf } from '../workspace/modelOf.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import type { ProjectImage } from '../workspace/ProjectModel.ts';
import type { BinaryCatalog } from './BinaryCatalog.ts';
import { findStanzas } from './findStanzas.ts';

/** A binary that the image should contain, and why we think so. */
export interface ExpectedBinary {
  readonly name: string;
  /** A stanza bakes it, a skill of the project needs it, or a RUN installs it in some other way. */
  readonly why: 'stanza' | 'skill' | 'install';
  /** argv that prints its version. */
  readonly versionProbe?: readonly string[];
}

/** What should be found with `which` in the deployed gateway, in alphabetical order. */
export function expectedBinaries(project: ProjectFiles): readonly ExpectedBinary[] {
  const model = modelOf(project);
  const { catalog } = model;
  const expected = new Map<string, ExpectedBinary>();
  const add = (name: string, why: ExpectedBinary['why']): void => {
    if (expected.has(name)) return;
    const versionProbe = catalog.find(name)?.versionProbe;
    expected.set(name, versionProbe === undefined ? { name, why } : { name, why, versionProbe });
  };
  for (const image of model.images) {
    for (const name of stanzaNames(image)) add(name, 'stanza');
    for (const name of installedNames(image, catalog)) add(name, 'install');
  }
  for (const [path, text] of project.texts) {
    if (!/\/SKILL\.md$/i.test(path)) continue;
    const result = parseSkill(text);
    if (!result.ok || (result.skill.os.length > 0 && !result.skill.os.includes('linux'))) continue;
    for (const { name } of result.skill.bins) if (catalog.find(name)?.source.kind !== 'none') add(name, 'skill');
  }
  return [...expected.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Stanzas of a multi-stage file count only where their stage reaches the image. */
function stanzaNames(image: ProjectImage): readonly string[] {
  const reached = new Set(reachedStages(image).flatMap((stage) => stage.instructions));
  return findStanzas(image.dockerfile)
    .filter((stanza) => stanza.instructions.some((instruction) => reached.has(instruction)))
    .map((stanza) => stanza.name);
}

function reachedStages(image: ProjectImage): readonly Stage[] {
  return stageChain(image.stage);
}

/** Catalog binaries that a RUN of the image installs without a stanza of ours. */
function installedNames(image: ProjectImage, catalog: BinaryCatalog): readonly string[] {
  const names: string[] = [];
  for (const stage of reachedStages(image)) {
    for (const instruction of stage.instructions) {
      const command = instruction.keyword === 'RUN' ? commandOf(instruction) : undefined;
      if (command?.form !== 'shell') continue;
      for (const install of installCommands(parseShell(command.text).commands)) {
        if (install.command.condition !== undefined) continue;
        for (const name of install.names)
          names.push(...binariesOf(catalog, name.replace(/(?<=.)@[^/]*$/, '').replace(/=.*$/, ''), install.kind));
      }
    }
  }
  return names;
}

function binariesOf(catalog: BinaryCatalog, installed: string, kind: string): readonly string[] {
  return catalog.binaries
    .filter(({ name, source }) => {
      if (source.kind === 'apt') return (kind === 'apt' || kind === 'apk') && source.package === installed;
      if (source.kind === 'npm') return kind === 'npm' && source.package === installed;
      return kind === 'download' && name === installed && source.kind !== 'none';
    })
    .map(({ name }) => name);
}
