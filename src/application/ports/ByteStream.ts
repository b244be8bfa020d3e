/** A connection that bytes go through both ways, with back-pressure. */
export interface ByteStream extends NodeJS.ReadWriteStream {
  readonly destroyed: boolean;
  destroy(): unknown;
}
