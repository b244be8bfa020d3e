/** Files of one machine, by absolute paths there, or paths below `~/`. */
export interface MachineFiles {
  /** The whole text, or `undefined` where there is no such file. */
  readText(path: string, signal?: AbortSignal): Promise<string | undefined>;
  /** Replaces the file in one step, with mode `mode` (for example 0o600); makes missing folders. */
  writeText(path: string, text: string, mode: number, signal?: AbortSignal): Promise<void>;
  /** Names in the folder, or `undefined` where there is no such folder. */
  list(path: string, signal?: AbortSignal): Promise<readonly string[] | undefined>;
  /**
   * Unpacks a tar stream over the folder (made where missing). The stream is unpacked beside it first, so that a transfer that
   * breaks changes nothing in the folder. Files that the tar does not hold stay.
   */
  unpackFolder(path: string, tar: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
}
