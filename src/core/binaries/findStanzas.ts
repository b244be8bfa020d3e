import type { Instruction } from '../dockerfile/Instruction.ts';
import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import type { TextRange } from '../text/TextRange.ts';

/** A stanza that stands in a Dockerfile, recognised by the comment above it. */
export interface FoundStanza {
  readonly name: string;
  readonly version: string;
  readonly marker: TextRange;
  /** From the marker to the end of its last instruction. */
  readonly range: TextRange;
  readonly instructions: readonly Instruction[];
  /** It is a build stage of its own. */
  readonly isBuilder: boolean;
}

export const markerPattern = /^#[ \t]*openclaw-vm:[ \t]+(\S+)[ \t]+(\S+)[ \t]*$/;

export function findStanzas(dockerfile: Dockerfile): readonly FoundStanza[] {
  const stanzas: FoundStanza[] = [];
  for (const marker of dockerfile.comments) {
    const match = markerPattern.exec(dockerfile.text.slice(marker.start, marker.end));
    if (match === null) continue;
    const from = dockerfile.instructions.findIndex((instruction) => instruction.range.start > marker.end);
    const own = from === -1 ? [] : stanzaInstructions(dockerfile.instructions, from, match[1] ?? '');
    const last = own.at(-1);
    stanzas.push({
      name: match[1] ?? '',
      version: match[2] ?? '',
      marker,
      range: { start: marker.start, end: last?.range.end ?? marker.end },
      instructions: own,
      isBuilder: own[0]?.keyword === 'FROM',
    });
  }
  return stanzas;
}

/** `[ARG TARGETARCH] RUN`, `FROM … AS openclaw-vm-… [ARG] RUN`, or `[RUN] COPY --from=openclaw-vm-… [RUN]`. */
function stanzaInstructions(instructions: readonly Instruction[], from: number, name: string): readonly Instruction[] {
  const own: Instruction[] = [];
  let at = from;
  const take = (keyword: string, isOwn: (instruction: Instruction) => boolean): boolean => {
    const instruction = instructions[at];
    if (instruction?.keyword !== keyword || !isOwn(instruction)) return false;
    own.push(instruction);
    at++;
    return true;
  };
  const copy = (): boolean => take('COPY', (copied) => /^openclaw-vm-/.test(copied.flag('from')?.value ?? ''));
  take('FROM', ({ body }) => /\sAS\s+openclaw-vm-/i.test(body.text));
  take('ARG', ({ body }) => /^TARGETARCH\b/.test(body.text));
  take('RUN', () => true);
  if (!copy()) return own;
  while (copy());
  // The RUN after it may be somebody else's.
  take('RUN', ({ body }) => body.text.startsWith('set -eu;') && body.text.includes(`/usr/local/bin/${name}`));
  return own;
}
