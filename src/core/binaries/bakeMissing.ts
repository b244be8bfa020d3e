import type { FileEdits } from '../lint/Problem.ts';
import { applyEdits } from '../text/applyEdits.ts';
import { editsBetween } from '../text/editsBetween.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import { bakeIntoProject } from './bakeIntoProject.ts';
import { skillBinaries } from './skillBinaries.ts';

export interface BakeMissingResult {
  readonly edits: readonly FileEdits[];
  /** What the edits bake, in alphabetical order. */
  readonly names: readonly string[];
  /** What stays missing, each with why. */
  readonly left: readonly { readonly name: string; readonly reason: string }[];
}

/** Bakes every binary that a skill of the project needs and that its image can have. Of alternatives the first is enough. */
export function bakeMissing(project: ProjectFiles): BakeMissingResult {
  const texts = new Map(project.texts);
  const names = new Set<string>();
  const left: { name: string; reason: string }[] = [];
  for (const { binaries } of skillBinaries(project)) {
    const missing = binaries.filter(({ state }) => state.kind === 'missing' || state.kind === 'atStart');
    const firstAlternative = missing.find(({ isAlternative }) => isAlternative);
    for (const binary of missing) {
      if (names.has(binary.name) || (binary.isAlternative && binary !== firstAlternative)) continue;
      const dockerfile = 'dockerfile' in binary.state ? binary.state.dockerfile : undefined;
      const result =
        dockerfile === undefined
          ? { ok: false as const, reason: 'the project builds no image for it, or the catalog has no such binary.' }
          : bakeIntoProject({ ...project, texts: new Map(texts) }, dockerfile, binary.name);
      if (!result.ok) left.push({ name: binary.name, reason: result.reason });
      else if (dockerfile !== undefined) {
        names.add(binary.name);
        texts.set(dockerfile, applyEdits(texts.get(dockerfile) ?? '', result.edits));
      }
    }
  }
  const edits = [...texts]
    .filter(([path, text]) => text !== project.texts.get(path))
    .map(([path, text]) => ({ path, edits: editsBetween(project.texts.get(path) ?? '', text) }));
  return { edits, names: [...names].sort(), left };
}
