import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2, { type Client, type ClientChannel, type ServerHostKeyAlgorithm, type SFTPWrapper } from 'ssh2';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { TerminalSize } from '../../application/ports/TerminalSession.ts';
import { MAX_QUOTED_CHARACTERS, printable } from '../../core/text/printable.ts';
import type { Authentication, WhileAsking } from './Authentication.ts';
import { addCertificates } from './addCertificates.ts';
import { coalesceWrites, type Line } from './coalesceWrites.ts';
import {
  authenticationFailed,
  connectionLost,
  describeAddress,
  handshakeFailed,
  isOpenFailure,
  isTooMany,
  passwordExpired,
  type SshAddress,
  timedOut,
} from './connectErrors.ts';
import type { SocketAhead } from './dialAhead.ts';
import type { HostKeyCheck } from './fileHostKeys.ts';
import { Liveness } from './Liveness.ts';
import { type Dialing, openSocket } from './openSocket.ts';
import { askServer, quickenClient } from './quickenClient.ts';
import { SessionGate } from './SessionGate.ts';
import { type SshSession, sessionOf } from './SshSession.ts';
import { DEFAULT_TIMINGS, dialOptions, type SshTimings } from './SshTimings.ts';
import type { TransportAlgorithms } from './transportAlgorithms.ts';

export interface SshConnectionOptions {
  readonly address: SshAddress;
  readonly hostKeys: HostKeyCheck;
  readonly authentication: Pick<Authentication, 'start' | 'next' | 'succeeded' | 'tried' | 'remedy'>;
  /** Instead of a TCP connection to the address: a channel of another connection, or a program. Rejects with `ConnectionError`. */
  readonly openStream?: (signal: AbortSignal | undefined) => Promise<Duplex>;
  /** A TCP connection to the address that is being made already. */
  readonly ahead?: SocketAhead;
  readonly signal?: AbortSignal;
  readonly timings?: Partial<SshTimings>;
  readonly algorithms?: TransportAlgorithms;
  readonly dialing?: Dialing;
}

// For a server whose system is well, and which itself hangs.
const QUIET_KEEPALIVE_INTERVAL_MS = 60_000;

// sshd's MaxSessions is 10 unless set otherwise; one place stays free for the channel that stops a program.
const MAX_SESSIONS = 9;
const MAX_URGENT_SESSIONS = 1;
// sshd counts the session of a closed channel until its process is gone.
const SESSION_SETTLES_MS = 1000;
const SESSION_RETRY_MS = 50;
const CLOSE_TIMEOUT_MS = 1000;
const MAX_TRIES_AFTER_ANSWER = 3;

/** One verified, authenticated SSH connection, on which everything of a VM is multiplexed. */
export class SshConnection {
  readonly address: SshAddress;
  /** Resolves once: with a `ConnectionError` where the connection was lost, with `undefined` after `close`. */
  readonly closed: Promise<ConnectionError | undefined>;
  readonly #client: Client;
  readonly #socket: Duplex;
  readonly #channelTimeoutMs: number;
  readonly #sessions = new SessionGate(MAX_SESSIONS);
  readonly #urgentSessions = new SessionGate(MAX_URGENT_SESSIONS);
  #lastSessionEndMs = Number.NEGATIVE_INFINITY;
  #closing = false;
  #lost: ConnectionError | undefined;

  /** @throws ConnectionError (rejects) with the reason, or the signal's reason. */
  static async open(options: SshConnectionOptions): Promise<SshConnection> {
    const timings = { ...DEFAULT_TIMINGS, ...options.timings };
    for (let attempt = 1; ; attempt += 1) {
      const socket = await (options.openStream?.(options.signal) ??
        (attempt === 1 ? options.ahead?.take() : undefined) ??
        openSocket(options.address, dialOptions(timings, options.dialing), options.signal));
      try {
        const line = coalesceWrites(socket);
        const client = await handshake(socket, options, timings);
        const isLeftToSystem = socket instanceof Socket && options.timings?.keepaliveIntervalMs === undefined;
        const idleMs = isLeftToSystem ? QUIET_KEEPALIVE_INTERVAL_MS : timings.keepaliveIntervalMs;
        return new SshConnection(options.address, client, line, { ...timings, idleMs });
      } catch (error) {
        // The server did not wait for the answer (LoginGraceTime); once it is there, it serves another connection.
        if (!(error instanceof ClosedWhileAsking)) throw error;
        if (attempt >= MAX_TRIES_AFTER_ANSWER) throw handshakeFailed(options.address, error);
        await error.answered;
        options.signal?.throwIfAborted();
      }
    }
  }

  private constructor(
    address: SshAddress,
    client: Client,
    line: Line,
    timings: SshTimings & { readonly idleMs: number },
  ) {
    this.address = address;
    this.#channelTimeoutMs = timings.channelTimeoutMs;
    this.#client = client;
    this.#socket = line.stream;
    let cause: unknown;
    client.on('error', (error) => {
      cause ??= error;
    });
    const liveness = new Liveness({
      answerWithinMs: timings.keepaliveIntervalMs,
      idleMs: timings.idleMs,
      maxUnanswered: timings.keepaliveCount,
      ask: () => askServer(client),
      onLost: () => {
        cause ??= new Error('The server no longer answers.');
        line.stream.destroy();
      },
    });
    line.onSent = () => liveness.sent();
    line.stream.on('data', () => liveness.received());
    this.closed = new Promise((resolve) => {
      client.once('close', () => {
        liveness.stop();
        this.#lost = connectionLost(address, cause);
        resolve(this.#closing ? undefined : this.#lost);
      });
    });
  }

  /** What to say about a failure on this connection: that the connection is gone, where it is. */
  explain(cause: unknown): ConnectionError {
    if (cause instanceof ConnectionError) return cause;
    if (this.#lost !== undefined || this.#socket.destroyed) return this.#lost ?? connectionLost(this.address, cause);
    const text = printable(cause instanceof Error ? cause.message : String(cause), MAX_QUOTED_CHARACTERS);
    return new ConnectionError('other', `${describeAddress(this.address)} refused a channel: ${text}.`, {
      remedy: 'Check the limits and the log of the SSH server on the VM, then retry.',
      cause,
    });
  }

  /**
   * Runs a command line in the login shell, on a channel of its own. Waits while as many sessions are open as sshd allows; an `urgent`
   * one has a place of its own.
   */
  async exec(commandLine: string, options: { signal?: AbortSignal; urgent?: boolean } = {}): Promise<SshSession> {
    const gate = options.urgent === true ? this.#urgentSessions : this.#sessions;
    for (;;) {
      const leave = await gate.enter(options.signal);
      const others = gate.open - 1;
      try {
        const left = (): void => this.#sessionEnded(leave);
        return await this.#openChannel((callback) => this.#client.exec(commandLine, callback), sessionOf(left));
      } catch (error) {
        leave();
        // A server with a lower MaxSessions refuses the channel; the others that are or were open show that it is not broken.
        const wereThere = performance.now() - this.#lastSessionEndMs < SESSION_SETTLES_MS;
        if (this.#lost !== undefined || !isOpenFailure(error) || (others === 0 && !wereThere))
          throw this.explain(error);
        if (others > 0) gate.lower(others);
        else await delay(SESSION_RETRY_MS);
      }
    }
  }

  /** A channel to a Unix socket on the VM; not counted by MaxSessions. Rejects with ssh2's own error where the server refuses. */
  openStreamLocal(path: string): Promise<ClientChannel> {
    return this.#openChannel(
      (callback) => this.#client.openssh_forwardOutStreamLocal(path, callback),
      (channel) => channel,
    );
  }

  /** A channel to a host and port as the VM reaches them. Rejects with ssh2's own error where the server refuses. */
  openTcp(host: string, port: number): Promise<ClientChannel> {
    return this.#openChannel(
      (callback) => this.#client.forwardOut('127.0.0.1', 0, host, port, callback),
      (channel) => channel,
    );
  }

  /** A login shell on a terminal, counted as a session like every program. */
  async shell(window: TerminalSize, options: { signal?: AbortSignal } = {}): Promise<SshSession> {
    const leave = await this.#sessions.enter(options.signal);
    try {
      const pty = { term: 'xterm-256color', cols: window.columns, rows: window.rows, width: 0, height: 0 };
      return await this.#openChannel((callback) => this.#client.shell(pty, callback), sessionOf(leave));
    } catch (error) {
      leave();
      throw this.explain(error);
    }
  }

  /** The file transfer subsystem, counted as a session. Rejects with the reason where it does not speak within the time. */
  async sftp(timeoutMs: number): Promise<{ readonly sftp: SFTPWrapper; readonly ended: Promise<void> }> {
    const leave = await this.#sessions.enter();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        let late = false;
        timer = setTimeout(() => {
          late = true;
          reject(new Error('it did not start in time'));
        }, timeoutMs);
        this.#client.sftp((error, sftp) => {
          if (error) return reject(error);
          const ended = Promise.race([
            new Promise<void>((resolveEnded) => sftp.once('close', resolveEnded)),
            this.closed.then(() => {}),
          ]);
          void ended.then(() => this.#sessionEnded(leave));
          if (late) sftp.end();
          else resolve({ sftp, ended });
        });
      });
    } catch (error) {
      leave();
      throw this.#lost === undefined ? error : this.explain(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #sessionEnded(leave: () => void): void {
    this.#lastSessionEndMs = performance.now();
    leave();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#client.end();
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    await this.closed;
    clearTimeout(timer);
    this.#socket.destroy();
  }

  #openChannel<T>(
    open: (callback: (error: Error | undefined, channel: ClientChannel) => void) => unknown,
    use: (channel: ClientChannel) => T,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) throw this.#lost;
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        reject(new Error('it did not open in time'));
      }, this.#channelTimeoutMs);
      const answer = (error: Error | undefined, channel: ClientChannel): void => {
        clearTimeout(timer);
        if (error) reject(error);
        else if (late) channel.destroy();
        else resolve(use(channel));
      };
      try {
        open(answer);
      } catch (error) {
        // ssh2 throws at once where its socket is closed already.
        clearTimeout(timer);
        reject(error);
      }
    });
  }
}

function handshake(socket: Duplex, options: SshConnectionOptions, timings: SshTimings): Promise<Client> {
  const { address, hostKeys, authentication, signal } = options;
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let refusal: unknown;
    let triedAll = false;
    let verified = false;
    let settled = false;
    let lastError: unknown;
    let timer: NodeJS.Timeout | undefined;
    let question: Promise<unknown> | undefined;
    // The person has answered, and the server has not yet.
    let isAnswerOnItsWay = false;

    const restartTimer = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => fail(timedOut(address, timings.handshakeTimeoutMs)), timings.handshakeTimeoutMs);
    };
    const settle = (): void => {
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      client.removeListener('ready', onReady).removeListener('close', onClose);
    };
    const fail = (reason: unknown): void => {
      settle();
      client.destroy();
      socket.destroy();
      reject(reason);
    };
    const onAbort = (): void => fail(signal?.reason);
    const onReady = (): void => {
      settle();
      authentication.succeeded();
      resolve(client);
    };
    // ssh2 also reports what it gets over, such as an agent that does not answer; only the closed connection ends the attempt. The listener
    // stays: what comes with the last packet of the login is reported before anybody else can listen, and would end the process.
    const onError = (error: unknown): void => {
      lastError = error;
    };
    const whileAsking: WhileAsking = async (ask) => {
      clearTimeout(timer);
      const asked = ask();
      question = asked.catch(() => {});
      try {
        return await asked;
      } finally {
        question = undefined;
        isAnswerOnItsWay = true;
        if (!settled) restartTimer();
      }
    };
    const onClose = (): void => {
      if (question !== undefined) fail(new ClosedWhileAsking(question));
      else if (refusal !== undefined) fail(refusal);
      else if (verified && (triedAll || isTooMany(lastError)))
        fail(authenticationFailed(address, authentication, lastError));
      else if (isAnswerOnItsWay && saidNothing(lastError)) fail(new ClosedWhileAsking(Promise.resolve()));
      else fail(handshakeFailed(address, lastError ?? new Error('the server closed the connection')));
    };

    client.on('ready', onReady).on('close', onClose).on('error', onError);
    client.on('change password', () => fail(passwordExpired(address)));
    signal?.addEventListener('abort', onAbort, { once: true });
    restartTimer();
    authentication.start();
    client.connect({
      sock: socket,
      username: address.user,
      // The time that a person takes to compare a fingerprint must not end the attempt: the timer here is stopped meanwhile.
      readyTimeout: 0,
      // `Liveness` does that.
      keepaliveInterval: 0,
      algorithms: { ...options.algorithms, serverHostKey: [...hostKeys.algorithms] as ServerHostKeyAlgorithm[] },
      hostVerifier: (key: Buffer, answer: (trusted: boolean) => void) => {
        clearTimeout(timer);
        hostKeys.verify(key).then(
          () => {
            if (!verified) restartTimer();
            verified = true;
            answer(true);
          },
          (reason: unknown) => {
            refusal = reason;
            answer(false);
          },
        );
      },
      authHandler: (methodsLeft, _partialSuccess, next) => {
        isAnswerOnItsWay = false;
        authentication.next((methodsLeft as readonly string[] | null) ?? undefined, whileAsking).then(
          (method) => {
            if (settled) return;
            triedAll = method === undefined;
            // `false` ends the attempt, as ssh2 documents; its types leave that out.
            next(method ?? (false as never));
          },
          (reason: unknown) => {
            if (!settled) fail(reason);
          },
        );
      },
    });
    addCertificates(client, hostKeys.certificateAlgorithms ?? [], hostKeys.algorithms);
    quickenClient(client);
  });
}

/** Whether the connection ended without the server's giving a reason. */
function saidNothing(error: unknown): boolean {
  return error === undefined || (error as { readonly level?: unknown }).level === 'client-socket';
}

/** The server closed the connection while a person was asked, or before it had a look at the answer. */
class ClosedWhileAsking extends Error {
  readonly answered: Promise<unknown>;

  constructor(answered: Promise<unknown>) {
    super('the server did not wait for the answer');
    this.answered = answered;
  }
}
