import type { SFTPWrapper } from 'ssh2';
import { ConnectionError } from '../../application/ConnectionError.ts';
import { isOpenFailure } from './connectErrors.ts';
import { SftpSession } from './SftpSession.ts';
import type { SshConnection } from './SshConnection.ts';

/** What uses of files that follow one another share; short, as a server may allow one session only. */
const LINGER_MS = 500;
/** A server whose shell greets or hangs before SFTP speaks is not waited for much longer. */
const START_TIMEOUT_MS = 5000;

/** The one SFTP channel of a connection: opened on first use, shared by uses at the same time, closed soon after the last one. */
export class SftpChannel {
  readonly #connection: SshConnection;
  readonly #log: (message: string) => void;
  #opening: Promise<OpenedSftp | undefined> | undefined;
  #users = 0;
  #lingering: NodeJS.Timeout | undefined;
  #unusable = false;

  constructor(connection: SshConnection, log: (message: string) => void) {
    this.#connection = connection;
    this.#log = log;
    void connection.closed.then(() => clearTimeout(this.#lingering));
  }

  /** `undefined`: the server offers no SFTP, or none that works. @throws ConnectionError (rejects) where the connection is lost. */
  async enter(
    signal: AbortSignal | undefined,
  ): Promise<{ readonly session: SftpSession; readonly leave: () => void } | undefined> {
    if (this.#unusable) return undefined;
    clearTimeout(this.#lingering);
    this.#users += 1;
    try {
      this.#opening ??= this.#open();
      const opened = await this.#opening;
      signal?.throwIfAborted();
      if (opened !== undefined) return { session: opened.session, leave: () => this.#leave() };
    } catch (error) {
      this.#leave();
      throw error;
    }
    this.#leave();
    return undefined;
  }

  #leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#lingering = setTimeout(() => void this.#close(), LINGER_MS);
    this.#lingering.unref();
  }

  async #close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    const opened = await opening?.catch(() => undefined);
    opened?.sftp.end();
  }

  async #open(): Promise<OpenedSftp | undefined> {
    try {
      const { sftp, ended } = await this.#connection.sftp(START_TIMEOUT_MS);
      const lost = ended.then(() => {
        this.#opening = undefined;
        throw this.#connection.explain(new Error('SFTP was ended by the server'));
      });
      // Nobody need be asking when it ends.
      lost.catch(() => {});
      return { sftp, session: new SftpSession(sftp, lost) };
    } catch (error) {
      this.#opening = undefined;
      if (error instanceof ConnectionError && error.problem === 'connectionLost') throw error;
      // All sessions that the server allows are taken: next time there may be one.
      if (isOpenFailure(error)) return undefined;
      this.#unusable = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#log(`SFTP does not work there (${reason.replace(/\.$/, '')}): files go through the shell instead.`);
      return undefined;
    }
  }
}

interface OpenedSftp {
  readonly sftp: SFTPWrapper;
  readonly session: SftpSession;
}
