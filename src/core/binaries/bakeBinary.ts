import type { Instruction } from '../dockerfile/Instruction.ts';
import { type Dockerfile, parseDockerfile } from '../dockerfile/parseDockerfile.ts';
import { type Stage, stageChain, targetStage } from '../dockerfile/stages.ts';
import { applyEdits } from '../text/applyEdits.ts';
import type { TextEdit } from '../text/TextEdit.ts';
import type { TextRange } from '../text/TextRange.ts';
import { type BinaryCatalog, builtInCatalog } from './BinaryCatalog.ts';
import { baseImageOf } from './baseImage.ts';
import type { CatalogBinary } from './catalog.ts';
import { compareVersions } from './compareVersions.ts';
import { type FoundStanza, findStanzas } from './findStanzas.ts';
import { type HandWrittenInstall, handWrittenInstall } from './handWrittenInstall.ts';
import { aboveComments, type InsertionPoint, insertionPoint, rootAround } from './insertionPoint.ts';
import { insertLines, withLineEnds } from './insertLines.ts';
import { renderStanza, type Stanza, stanzaMarker } from './stanza.ts';

export type BakeResult =
  | {
      readonly ok: true;
      /** Empty where the stanza is there already, word for word, or an install that is none of ours and stays. */
      readonly edits: readonly TextEdit[];
      /** Zero-based line of the stanza's comment after the edits. */
      readonly line: number;
      /** A stanza of this binary was there, or an install written by hand; the edits bring it up to date. */
      readonly alreadyBaked: boolean;
    }
  | { readonly ok: false; readonly reason: string };

export interface BakeOptions {
  /** The stage that compose builds; the last one without it. */
  readonly target?: string;
  /** Default: the catalog without anybody's own entries. */
  readonly catalog?: BinaryCatalog;
}

/** Puts the stanza of a catalog binary into a Dockerfile, or brings the one that is there up to date. */
export function bakeBinary(dockerfileText: string, binaryName: string, options: BakeOptions = {}): BakeResult {
  const binary = (options.catalog ?? builtInCatalog).find(binaryName);
  if (binary === undefined) return { ok: false, reason: `"${binaryName}" is not in the catalog of binaries.` };
  const dockerfile = parseDockerfile(dockerfileText);
  const stage = targetStage(dockerfile, options.target);
  if (stage === undefined) return { ok: false, reason: noStageReason(options.target) };
  const found = findStanzas(dockerfile).filter((stanza) => stanza.name === binary.name);
  const present = found.find((stanza) => !stanza.isBuilder && isInChain(stage, stanza));
  const byHand = present === undefined ? handWrittenInstall(dockerfile, stage, binary) : undefined;
  if (byHand?.isReplaceable === false) return unchanged(dockerfileText, byHand.instruction.range);
  if (present !== undefined && isNewerThanCatalog(present, binary)) return unchanged(dockerfileText, present.marker);
  const point = insertionPoint(dockerfile, stage);
  const base = baseImageOf(stage, present?.range.start ?? byHand?.instruction.range.start ?? point.offset);
  const rendered = renderStanza(binary, base);
  if (!rendered.ok) return rendered;
  const place: Place = { dockerfile, stage, found };
  const edits = editsFor(rendered.stanza, point, place, present !== undefined, byHand);
  const after = applyEdits(dockerfileText, edits);
  const alreadyBaked = present !== undefined || byHand !== undefined;
  return { ok: true, edits, line: lineOfMarker(after, binary), alreadyBaked };
}

function unchanged(text: string, { start }: TextRange): BakeResult {
  return { ok: true, edits: [], line: lineAt(text, start), alreadyBaked: true };
}

/** Somebody has taken a newer version than we know; an entry of their own is what they want. */
function isNewerThanCatalog({ version }: FoundStanza, binary: CatalogBinary): boolean {
  if (binary.version === undefined || builtInCatalog.find(binary.name) !== binary) return false;
  return /^\d/.test(version) && compareVersions(version, binary.version) > 0;
}

function editsFor(
  stanza: Stanza,
  point: InsertionPoint,
  place: Place,
  isPresent: boolean,
  byHand: HandWrittenInstall | undefined,
): readonly TextEdit[] {
  if (isPresent) return updates(stanza, place);
  return byHand === undefined ? insertions(stanza, point, place) : replacement(stanza, place, byHand);
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

/** Where the install stood: people chose the place, and comments above it still say what it is for. */
function replacement(stanza: Stanza, place: Place, byHand: HandWrittenInstall): readonly TextEdit[] {
  const { dockerfile } = place;
  const { instruction, stage } = byHand;
  const lines = rootAround(stanza.lines, stage, stage.instructions.indexOf(instruction));
  return [
    { range: instruction.range, newText: withLineEnds(lines, dockerfile.text) },
    ...(stanza.builder === undefined ? [] : [builderEdit(stanza.builder, place)]),
  ];
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
  return at === -1 ? 0 : lineAt(text, at);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}
