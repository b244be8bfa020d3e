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
    const own = from === -1 ? [] : stanzaInstructions(dockerfile.instructions, from);
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

/** `[ARG TARGETARCH] RUN`, `FROM … AS openclaw-vm-… [ARG] RUN`, or `[RUN] COPY --from=openclaw-vm-…`. */
function stanzaInstructions(instructions: readonly Instruction[], from: number): readonly Instruction[] {
  const own: Instruction[] = [];
  let at = from;
  const next = (): Instruction | undefined => instructions[at];
  const take = (keyword: string, pattern: RegExp): boolean => {
    const instruction = next();
    if (instruction?.keyword !== keyword || !pattern.test(instruction.body.text)) return false;
    own.push(instruction);
    at++;
    return true;
  };
  take('FROM', /\sAS\s+openclaw-vm-/i);
  take('ARG', /^TARGETARCH\b/);
  take('RUN', /(?:)/);
  if (/^openclaw-vm-/.test(next()?.flag('from')?.value ?? '')) take('COPY', /(?:)/);
  return own;
}
