import type { LogChunk } from '../../application/ports/Engine.ts';
import { LineSplitter } from '../streams/LineSplitter.ts';
import { StreamFrames } from './StreamFrames.ts';

/** Turns the bytes of a container's log into lines. With a terminal there is one plain stream, without one there are frames. */
export class LogDemuxer {
  readonly #frames: StreamFrames | undefined;
  readonly #splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };

  constructor(hasTerminal: boolean) {
    this.#frames = hasTerminal ? undefined : new StreamFrames();
  }

  /** Finished lines in order, neighbours of the same stream together. Throws where the bytes are not a log. */
  push(data: Buffer): LogChunk[] {
    const pieces = this.#frames?.push(data) ?? [{ stream: 'stdout' as const, bytes: data }];
    const chunks: { readonly stream: LogChunk['stream']; readonly lines: string[] }[] = [];
    for (const { stream, bytes } of pieces) {
      const lines = this.#splitters[stream].push(bytes);
      const last = chunks.at(-1);
      if (last?.stream === stream) last.lines.push(...lines);
      else if (lines.length > 0) chunks.push({ stream, lines });
    }
    return chunks;
  }

  /** The unfinished last lines. */
  end(): LogChunk[] {
    return (['stdout', 'stderr'] as const).flatMap((stream) => {
      const lines = this.#splitters[stream].end();
      return lines.length === 0 ? [] : [{ stream, lines }];
    });
  }
}
