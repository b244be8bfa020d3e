/** Reads the data types of the SSH protocol (RFC 4251, section 5) in order; every method gives `undefined` where the bytes end too soon. */
export class SshReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes were read. */
  get offset(): number {
    return this.#offset;
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  byte(): number | undefined {
    return this.#take(1)?.[0];
  }

  uint32(): number | undefined {
    const start = this.#offset;
    return this.#take(4) === undefined ? undefined : this.#view.getUint32(start);
  }

  uint64(): bigint | undefined {
    const start = this.#offset;
    return this.#take(8) === undefined ? undefined : this.#view.getBigUint64(start);
  }

  /** The bytes of a `string`, without their length; a view, not a copy. */
  string(): Uint8Array | undefined {
    const start = this.#offset;
    const length = this.uint32();
    const taken = length === undefined ? undefined : this.#take(length);
    if (taken === undefined) this.#offset = start;
    return taken;
  }

  /** A `string` as text. */
  text(): string | undefined {
    const bytes = this.string();
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  #take(count: number): Uint8Array | undefined {
    if (count > this.#bytes.length - this.#offset) return undefined;
    this.#offset += count;
    return this.#bytes.subarray(this.#offset - count, this.#offset);
  }
}

/** All bytes of the parts, each as a `string` with its length before it. */
export function sshStrings(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const all = parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part));
  const bytes = new Uint8Array(all.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const part of all) {
    view.setUint32(offset, part.length);
    bytes.set(part, offset + 4);
    offset += 4 + part.length;
  }
  return bytes;
}
