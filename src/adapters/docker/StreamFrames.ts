const HEADER_BYTES = 8;

export interface StreamPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

/**
 * Takes the engine's two-in-one stream apart: each piece has a header of stream type, three zero bytes, and length as big-endian
 * 32 bits (Docker Engine API, "Attach to a container", stream format).
 */
export class StreamFrames {
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of the current piece that have not come yet, and where they go. */
  #missing = 0;
  #stream: StreamPiece['stream'] = 'stdout';

  /** The pieces in order, those of a frame that is cut between two chunks as they come. Throws where the bytes are no such stream. */
  push(data: Buffer): StreamPiece[] {
    const pieces: StreamPiece[] = [];
    let bytes = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    for (;;) {
      if (this.#missing > 0 && bytes.length > 0) {
        const piece = bytes.subarray(0, this.#missing);
        this.#missing -= piece.length;
        bytes = bytes.subarray(piece.length);
        pieces.push({ stream: this.#stream, bytes: piece });
      }
      if (bytes.length < HEADER_BYTES) break;
      this.#readHeader(bytes);
      bytes = bytes.subarray(HEADER_BYTES);
    }
    this.#rest = bytes;
    return pieces;
  }

  #readHeader(bytes: Buffer): void {
    const type = bytes[0] ?? 255;
    if (type > 2 || bytes[1] !== 0 || bytes[2] !== 0 || bytes[3] !== 0) {
      throw new Error('The stream of the engine is not in the format that its documentation names.');
    }
    this.#stream = type === 2 ? 'stderr' : 'stdout';
    this.#missing = bytes.readUInt32BE(4);
  }
}
