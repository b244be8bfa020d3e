import { forgetFiles } from '../text/FileCache.ts';
import { isDockerfilePath } from '../workspace/isProjectFile.ts';
import { modelOf } from '../workspace/modelOf.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import { referencedPaths } from '../workspace/referencedPaths.ts';
import { comparePlaces, lintProject } from './lintProject.ts';
import type { Problem } from './Problem.ts';

/**
 * A large project in parts that are linted one after the other, or at once: most of a collection of images knows nothing of its other
 * Dockerfiles. Every part holds the files that are shared, and some Dockerfiles of its own.
 */
export interface ProjectParts {
  readonly root: string;
  /** By path, as in `ProjectFiles.texts`. */
  readonly shared: ReadonlyMap<string, string>;
  readonly own: readonly ReadonlyMap<string, string>[];
  /** All paths of the project. */
  readonly paths: ReadonlySet<string>;
}

/** What a part has, all values: it may come from another thread. */
export interface PartProblems {
  readonly own: readonly Problem[];
  readonly shared: readonly Problem[];
}

/** Files that share a part: enough to be worth the way to another thread, few enough for what they need to fit into fast memory. */
export const partSize = 20;

/** `undefined`: too small, or too much of it is shared. */
export function splitProject(project: ProjectFiles, size = partSize): ProjectParts | undefined {
  const shared = new Map<string, string>();
  const loose: [string, string][] = [];
  for (const [path, text] of project.texts) {
    if (isLoose(path, text)) loose.push([path, text]);
    else shared.set(path, text);
  }
  if (loose.length < 4 * size || shared.size * 4 > loose.length) return undefined;
  const own: ReadonlyMap<string, string>[] = [];
  // A last part of its own with few files might look like a project with one image.
  const count = Math.floor(loose.length / size);
  for (let part = 0; part < count; part++)
    own.push(new Map(loose.slice((part * loose.length) / count, ((part + 1) * loose.length) / count)));
  return { root: project.root, shared, own, paths: new Set(project.texts.keys()) };
}

/** What gateways and their skills have to do with each other is asked of all images. */
function isLoose(path: string, text: string): boolean {
  return (
    isDockerfilePath(path) &&
    !/containerfile/i.test(path) &&
    !/openclaw(?!-vm[ \t]+ignore)|clawdbot|moltbot/i.test(text)
  );
}

/** `titles`: of the fixes nothing but the title of the first one, for who only prints that. */
export type WantedFixes = 'all' | 'titles';

/**
 * Lints one part and forgets what it has read. `undefined`: it is not alone, because it asks for a file of another part or
 * for one that `exists` and was not read, and the project has to be linted as a whole.
 */
export function lintPart(
  { root, shared, paths }: Omit<ProjectParts, 'own'>,
  own: ReadonlyMap<string, string>,
  exists: (path: string) => boolean,
  fixes: WantedFixes = 'all',
): PartProblems | undefined {
  try {
    const project: ProjectFiles = { root, texts: new Map([...shared, ...own]) };
    if (referencedPaths(project).some(exists)) return undefined;
    const problems = lintProject(project).map((problem) => asValue(problem, fixes));
    const { images, missing } = modelOf(project);
    if (images.length < 2) return undefined;
    for (const path of missing) if (paths.has(path)) return undefined;
    return {
      own: problems.filter(({ path }) => own.has(path)),
      shared: problems.filter(({ path }) => !own.has(path)),
    };
  } finally {
    forgetFiles();
  }
}

/** What the whole project has, in order; `undefined` where the parts have changed what is found in the files that they share. */
export function joinParts(parts: readonly PartProblems[]): readonly Problem[] | undefined {
  const [first, ...others] = parts;
  if (first === undefined) return undefined;
  const shared = JSON.stringify(first.shared);
  if (others.some((part) => JSON.stringify(part.shared) !== shared)) return undefined;
  return [...first.shared, ...parts.flatMap(({ own }) => own)].sort(comparePlaces);
}

/** Without what its fixes are made of. */
function asValue(problem: Problem, wanted: WantedFixes): Problem {
  const { ruleId, severity, message, path, range, related, docsUrl, fixTitle } = problem;
  const fixes = wanted === 'all' ? problem.fixes : [];
  return { ruleId, severity, message, path, range, related, docsUrl, fixes, fixTitle };
}
