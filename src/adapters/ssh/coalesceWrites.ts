import type { Duplex } from 'node:stream';

/**
 * Sends what is written in one turn of the event loop at once. ssh2 writes a packet in three pieces (length, content, tag), and without
 * Nagle's algorithm each piece is a system call and a TCP packet of its own; calls that start together are many packets.
 */
export function coalesceWrites(stream: Duplex): Line {
  const write: (...piece: Parameters<Duplex['write']>) => boolean = stream.write.bind(stream);
  let isWaiting = false;
  const flush = (): void => {
    isWaiting = false;
    stream.uncork();
    line.onSent();
  };
  Object.assign(stream, {
    write: (...piece: Parameters<Duplex['write']>): boolean => {
      if (!isWaiting) {
        isWaiting = true;
        stream.cork();
        process.nextTick(flush);
      }
      return write(...piece);
    },
  });
  const line: Line = { stream, onSent: () => {} };
  return line;
}

export interface Line {
  readonly stream: Duplex;
  /** Called after each turn in which something was sent; to be set by whoever wants to know. */
  onSent: () => void;
}
