import { isRoot } from '../../binaries/insertionPoint.ts';
import { stageStates } from '../../dockerfile/stageStates.ts';
import { stageChain } from '../../dockerfile/stages.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { ProjectImage } from '../../workspace/ProjectModel.ts';
import { baseName } from '../../workspace/paths.ts';
import { baseOf, isOfficialGateway } from '../baseOf.ts';
import type { Fix } from '../Problem.ts';

/** Where nothing is mounted: programs in /usr/local/bin, skills in the folder of the official image's own. */
export function hiddenInstallFixes(
  image: ProjectImage,
  baked: { readonly path: string; readonly range: TextRange },
): readonly Fix[] {
  const { dockerfile } = image;
  const stage = stageChain(image.stage).find(({ instructions }) =>
    instructions.some(({ range }) => isIn(range, baked.range)),
  );
  const index = stage?.instructions.findIndex(({ range }) => isIn(range, baked.range)) ?? -1;
  const instruction = stage?.instructions[index];
  const to = placeFor(image, baked.path);
  if (stage === undefined || instruction === undefined || to === undefined) return [];
  const { start, end } = instruction.range;
  const text = dockerfile.text.slice(start, end);
  const { from, target } = to;
  // Whatever else knows the place would look there in vain.
  const others = dockerfile.text.slice(0, start) + dockerfile.text.slice(end);
  if (!text.includes(from) || others.includes(from)) return [];
  const moved = text.replaceAll(from, target);
  const user =
    stageStates(stage)[index]?.user ?? (isOfficialGateway(baseOf(image)?.repository ?? '') ? 'node' : 'root');
  const newline = dockerfile.text.includes('\r\n') ? '\r\n' : '\n';
  const needsRoot = instruction.keyword === 'RUN' && !isRoot(user);
  const newText = needsRoot ? `USER root${newline}${moved}${newline}USER ${user}` : moved;
  return [
    { title: `Put it into ${target}`, edits: [{ path: image.path, edits: [{ range: { start, end }, newText }] }] },
  ];
}

interface Move {
  readonly from: string;
  readonly target: string;
}

function placeFor(image: ProjectImage, path: string): Move | undefined {
  const skills = /^(.*\/skills)(?:\/|$)/.exec(path)?.[1];
  if (skills !== undefined) {
    const isOfficial = isOfficialGateway(baseOf(image)?.repository ?? '');
    return isOfficial ? { from: skills, target: '/app/skills' } : undefined;
  }
  return /\/s?bin\/[\w.-]+$/.test(path) ? { from: path, target: `/usr/local/bin/${baseName(path)}` } : undefined;
}

function isIn(outer: TextRange, inner: TextRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
