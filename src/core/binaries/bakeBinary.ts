import type { Instruction } from '../dockerfile/Instruction.ts';
import { type Dockerfile, parseDockerfile } from '../dockerfile/parseDockerfile.ts';
import { type Stage, stageChain, targetStage } from '../dockerfile/stages.ts';
import { applyEdits } from '../text/applyEdits.ts';
import type { TextEdit } from '../text/TextEdit.ts';
import { baseImageOf } from './baseImage.ts';
import { type CatalogBinary, findBinary } from './catalog.ts';
import { type FoundStanza, findStanzas } from './findStanzas.ts';
import { aboveComments, type InsertionPoint, insertionPoint } from './insertionPoint.ts';
import { insertLines, withLineEnds } from './insertLines.ts';
import { renderStanza, type Stanza, stanzaMarker } from './stanza.ts';

export type BakeResult =
  | {
      readonly ok: true;
      /** Empty where the stanza is there already, word for word. */
      readonly edits: readonly TextEdit[];
      /** Zero-based line of the stanza's comment after the edits. */
      readonly line: number;
      /** A stanza of this binary was there; the edits bring it up to date. */
      readonly alreadyBaked: boolean;
    }
  | { readonly ok: false; readonly reason: string };

export interface BakeOptions {
  /** The stage that compose builds; the last one without it. */
  readonly target?: string;
  /** Instead of the catalog's entry of that name. */
  readonly binary?: CatalogBinary;
}

/** Puts the stanza of a catalog binary into a Dockerfile, or brings the one that is there up to date. */
export function bakeBinary(dockerfileText: string, binaryName: string, options: BakeOptions = {}): BakeResult {
  const binary = options.binary ?? findBinary(binaryName);
  if (binary === undefined) return { ok: false, reason: `"${binaryName}" is not in the catalog of binaries.` };
  const dockerfile = parseDockerfile(dockerfileText);
  const stage = targetStage(dockerfile, options.target);
  if (stage === undefined) return { ok: false, reason: noStageReason(options.target) };
  const found = findStanzas(dockerfile).filter((stanza) => stanza.name === binary.name);
  const present = found.find((stanza) => !stanza.isBuilder && isInChain(stage, stanza));
  const point = insertionPoint(dockerfile, stage);
  const rendered = renderStanza(binary, baseImageOf(stage, present?.range.start ?? point.offset));
  if (!rendered.ok) return rendered;
  const place: Place = { dockerfile, stage, found };
  const edits = present === undefined ? insertions(rendered.stanza, point, place) : updates(rendered.stanza, place);
  const after = applyEdits(dockerfileText, edits);
  return { ok: true, edits, line: lineOfMarker(after, binary), alreadyBaked: present !== undefined };
}

interface Place {
  readonly dockerfile: Dockerfile;
  readonly stage: Stage;
  /** Stanzas of this binary. */
  readonly found: readonly FoundStanza[];
}

function noStageReason(target: string | undefined): string {
  return target === undefined
    ? 'The Dockerfile has no FROM instruction: there is no image to bake a binary into.'
    : `The Dockerfile has no stage "${target}", which compose names as the build target.`;
}

function isInChain(stage: Stage, stanza: FoundStanza): boolean {
  const instructions = new Set<Instruction>(stageChain(stage).flatMap((link) => link.instructions));
  return stanza.instructions.some((instruction) => instructions.has(instruction));
}

function updates(stanza: Stanza, place: Place): readonly TextEdit[] {
  const { dockerfile, found, stage } = place;
  const edits: TextEdit[] = [];
  for (const old of found) {
    const text = old.isBuilder ? stanza.builder : isInChain(stage, old) ? stanza.lines : undefined;
    if (text === undefined) continue;
    edits.push({ range: old.range, newText: withLineEnds(text, dockerfile.text) });
  }
  if (stanza.builder !== undefined && !found.some((old) => old.isBuilder))
    edits.push(builderEdit(stanza.builder, place));
  return edits.filter((edit) => edit.newText !== sourceOf(dockerfile, edit));
}

function insertions(stanza: Stanza, point: InsertionPoint, place: Place): readonly TextEdit[] {
  const { dockerfile, found } = place;
  const edits = [insertLines(dockerfile.text, point, stanza.lines)];
  if (stanza.builder === undefined) return edits;
  const old = found.find((candidate) => candidate.isBuilder);
  const newText = withLineEnds(stanza.builder, dockerfile.text);
  return [...edits, old === undefined ? builderEdit(stanza.builder, place) : { range: old.range, newText }];
}

/** A build stage goes before the stage that copies from it, above the comments that belong to that stage. */
function builderEdit(builder: string, { dockerfile, stage }: Place): TextEdit {
  const before = dockerfile.instructions.findLast((instruction) => instruction.range.end < stage.from.range.start);
  // Without an instruction before it the comments are the file's own, parser directives among them.
  const start = before === undefined ? stage.from.range.start : aboveComments(dockerfile, stage.from, before);
  const gap = before === undefined || /\n[ \t\r]*\n[ \t]*$/.test(dockerfile.text.slice(0, start)) ? '' : '\n';
  return { range: { start, end: start }, newText: withLineEnds(`${gap}${builder}\n\n`, dockerfile.text) };
}

function sourceOf(dockerfile: Dockerfile, { range }: TextEdit): string | undefined {
  return range.start === range.end ? undefined : dockerfile.text.slice(range.start, range.end);
}

/** The marker in the final stage is the last one. */
function lineOfMarker(text: string, binary: CatalogBinary): number {
  const at = text.lastIndexOf(stanzaMarker(binary));
  return at === -1 ? 0 : text.slice(0, at).split('\n').length - 1;
}
