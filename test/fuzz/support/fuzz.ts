import fc from 'fast-check';
import { assertSound, type BrokenProject } from './assertSound.ts';
import { projectsWith } from './corpus.ts';
import { mutate, mutations, nonsense } from './mutations.ts';
import { seed } from './seed.ts';

/** Breaks files of one kind in projects of the corpus, and replaces them by nonsense. A failure prints the smallest text that fails. */
export function fuzz(isWanted: (name: string) => boolean, numRuns: number): void {
  const places = projectsWith(isWanted).flatMap((files) =>
    Object.entries(files)
      .filter(([name]) => isWanted(name))
      .map(([name, text]) => ({ files, name, text })),
  );
  const place = fc.constantFrom(...places);
  const broken = fc.record({ place, other: place, steps: mutations });
  const replaced = fc.record({ place, text: nonsense });
  const project: fc.Arbitrary<BrokenProject> = fc.oneof(
    {
      weight: 9,
      arbitrary: broken.map((it) => withText(it.place, mutate(it.place.text, it.other.text, it.steps))),
    },
    { weight: 1, arbitrary: replaced.map((it) => withText(it.place, it.text)) },
  );
  fc.assert(fc.property(project, assertSound), { numRuns, seed });
}

function withText({ files, name }: BrokenProject, text: string): BrokenProject {
  const broken = { files: { ...files, [name]: text }, name };
  // The other files are those of the corpus: they would only hide the one that matters.
  return Object.assign(broken, { [fc.toStringMethod]: () => JSON.stringify({ [name]: text }) });
}
