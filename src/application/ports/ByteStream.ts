/** A connection that bytes go through both ways; streams of the platform are such. */
export interface ByteStream {
  readonly destroyed: boolean;
  /** Copies everything that comes from here to `target`, at its pace, and ends it at the end. */
  pipe(target: ByteStream): unknown;
  once(event: 'close' | 'error', listener: () => void): unknown;
  destroy(): unknown;
}
