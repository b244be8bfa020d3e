import type { TextRange } from '../../text/TextRange.ts';
import type { Fix } from '../Problem.ts';

/** Variants that Node 24 has as well, and what has taken the place of those that it has not. */
const lasting = /^(?:|-(?:slim|bookworm|bookworm-slim|bullseye|bullseye-slim|trixie|trixie-slim|alpine))$/;
const successors: readonly (readonly [RegExp, string])[] = [
  [/^-(?:stretch|buster)$/, '-bookworm'],
  [/^-(?:stretch|buster)-slim$/, '-bookworm-slim'],
  [/^-alpine3\.\d+$/, '-alpine'],
];

/** `node:24` in the same variant, which every release of the gateway accepts. */
export function newerNodeFixes(path: string, text: string, range: TextRange): readonly Fix[] {
  const match = /^(["']?[^$@]*:)([\d.]+)([^$:@"']*)["']?$/.exec(text.slice(range.start, range.end));
  if (match === null) return [];
  const [, before = '', version = '', variant = ''] = match;
  const successor = lasting.test(variant) ? variant : successors.find(([pattern]) => pattern.test(variant))?.[1];
  if (successor === undefined) return [];
  const start = range.start + before.length;
  const edit = { range: { start, end: start + version.length + variant.length }, newText: `24${successor}` };
  return [{ title: `Use node:24${successor}`, edits: [{ path, edits: [edit] }] }];
}

/** The set-up script of NodeSource for Node 24. */
export function newerSetupFixes(path: string, text: string, range: TextRange): readonly Fix[] {
  const match = /setup_(\d+)\.x/.exec(text.slice(range.start, range.end));
  if (match === null) return [];
  const start = range.start + match.index + 'setup_'.length;
  const edit = { range: { start, end: start + (match[1] ?? '').length }, newText: '24' };
  return [{ title: 'Install Node 24', edits: [{ path, edits: [edit] }] }];
}
