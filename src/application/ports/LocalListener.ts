import type { ByteStream } from './ByteStream.ts';

/** Listens on this machine, for this machine only. */
export interface LocalListener {
  /**
   * Listens on 127.0.0.1, on `preferredPort` where it is free, else on a port that the system chooses. Rejects with `UserFacingError`
   * where none can be had.
   */
  listen(preferredPort: number, onConnection: (connection: ByteStream) => void): Promise<Listening>;
}

export interface Listening {
  readonly port: number;
  /** Ends the listening and every connection that came in. */
  close(): Promise<void>;
}
