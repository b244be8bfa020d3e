import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type {
  CommandExit,
  CommandRunner,
  OutputLine,
  RunningCommand,
  RunOptions,
} from '../../application/ports/CommandRunner.ts';
import type { AsyncQueue } from '../streams/AsyncQueue.ts';
import { LineSplitter } from '../streams/LineSplitter.ts';
import { runCommand } from '../streams/runCommand.ts';
import type { SshConnection } from './SshConnection.ts';
import type { SshSession } from './SshSession.ts';
import { announcedScript, loginShellCommand, signalSessionScript } from './shellCommand.ts';

export interface StopDelays {
  /** After SIGINT, before SIGTERM. */
  readonly termAfterMs: number;
  /** After SIGTERM, before SIGKILL. */
  readonly killAfterMs: number;
}

const DEFAULT_STOP_DELAYS: StopDelays = { termAfterMs: 3000, killAfterMs: 3000 };

/** Runs programs on a VM, each on a session channel of the one connection. */
export class SshCommandRunner implements CommandRunner {
  readonly #connection: SshConnection;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #stopDelays: StopDelays;

  /** `environment` is set for every program; the caller's own wins. */
  constructor(
    connection: SshConnection,
    environment: Readonly<Record<string, string>> = {},
    stopDelays: StopDelays = DEFAULT_STOP_DELAYS,
  ) {
    this.#connection = connection;
    this.#environment = environment;
    this.#stopDelays = stopDelays;
  }

  run(argv: readonly string[], options: RunOptions = {}): RunningCommand {
    return runCommand((lines, onOutputs) => this.#run(argv, options, lines, onOutputs));
  }

  async #run(
    argv: readonly string[],
    options: RunOptions,
    lines: AsyncQueue<OutputLine>,
    onOutputs: (outputs: readonly Pick<Readable, 'pause' | 'resume'>[]) => void,
  ): Promise<CommandExit> {
    const { signal } = options;
    signal?.throwIfAborted();
    const marker = `openclaw-vm-${randomBytes(8).toString('hex')}`;
    const script = announcedScript(argv, {
      marker,
      environment: { ...this.#environment, ...options.environment },
      ...(options.workingDirectory === undefined ? {} : { workingDirectory: options.workingDirectory }),
    });
    const session = await this.#connection.exec(loginShellCommand(script), signal === undefined ? {} : { signal });
    onOutputs([session.channel, session.channel.stderr]);
    return await this.#follow(session, marker, options, lines);
  }

  async #follow(
    session: SshSession,
    marker: string,
    options: RunOptions,
    lines: AsyncQueue<OutputLine>,
  ): Promise<CommandExit> {
    const { signal, stdin } = options;
    const { channel, ended } = session;
    const announced = announcement(channel, marker, lines);

    let stdinError: { readonly error: unknown } | undefined;
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    if (signal?.aborted === true) stop.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const stopped = this.#stopOn(stop.signal, channel, announced.sessionId, ended);
    const sent =
      stdin === undefined
        ? Promise.resolve(void channel.end())
        : send(stdin, channel, ended, stop.signal).catch((error: unknown) => {
            stdinError = { error };
            stop.abort();
          });
    try {
      await Promise.race([ended, stopped]);
      announced.end();
      await sent;
      if (signal?.aborted === true) {
        await stopped;
        throw signal.reason;
      }
      if (stdinError !== undefined) {
        await stopped;
        throw stdinError.error;
      }
      const exit = await ended;
      if (exit === undefined) throw this.#connection.explain(new Error('it closed without an exit code'));
      return exit;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Never resolves where nobody asks to stop. */
  async #stopOn(
    stop: AbortSignal,
    channel: ClientChannel,
    sessionId: Promise<string | undefined>,
    closed: Promise<unknown>,
  ): Promise<void> {
    if (!stop.aborted) await once(stop, 'abort');
    // The program may be waiting for a reader of its output.
    channel.resume();
    channel.stderr.resume();
    channel.signal('INT');
    await settledWithin(closed, this.#stopDelays.termAfterMs);
    const id = await settledWithin(sessionId, this.#stopDelays.termAfterMs);
    // Also where the program has ended: what it left behind in its session must end too.
    await this.#signalSession(channel, id, 'TERM');
    if (await isSettledWithin(closed, this.#stopDelays.killAfterMs)) return;
    await this.#signalSession(channel, id, 'KILL');
    if (!(await isSettledWithin(closed, this.#stopDelays.killAfterMs))) channel.destroy();
  }

  // sshd before 7.9 and some other servers ignore signals on the channel, so a second channel sends them.
  async #signalSession(channel: ClientChannel, sessionId: string | undefined, name: 'TERM' | 'KILL'): Promise<void> {
    channel.signal(name);
    if (sessionId === undefined) return;
    try {
      const killer = await this.#connection.exec(loginShellCommand(signalSessionScript(sessionId, name)), {
        urgent: true,
      });
      killer.channel.resume();
      killer.channel.stderr.resume();
      killer.channel.end();
      await settledWithin(killer.ended, this.#stopDelays.killAfterMs);
    } catch {
      // The connection is gone, and with it the sessions; or the server allows one channel only, which got the signal above.
    }
  }
}

interface Announcement {
  readonly sessionId: Promise<string | undefined>;
  /** Gives out what is left: an unfinished line, or all there is where the program never started. */
  end(): void;
}

/** Puts the lines of both streams into the queue, from the marker on: login shells print greetings before it. */
function announcement(channel: ClientChannel, marker: string, lines: AsyncQueue<OutputLine>): Announcement {
  let tellSessionId: (id: string | undefined) => void = () => {};
  const sessionId = new Promise<string | undefined>((resolve) => {
    tellSessionId = resolve;
  });
  const finish = (['stdout', 'stderr'] as const).map((stream) => {
    const splitter = new LineSplitter();
    let early: string[] | undefined = [];
    const take = (texts: readonly string[]): void => {
      for (const text of texts) {
        if (early === undefined) {
          lines.push({ stream, text });
          continue;
        }
        // A greeting may end without a line end.
        const start = text.indexOf(marker);
        if (start < 0) early.push(text);
        else {
          early = undefined;
          if (stream === 'stderr') tellSessionId(text.slice(start + marker.length).trim());
        }
      }
    };
    const source = stream === 'stdout' ? channel : channel.stderr;
    source.on('data', (chunk: Buffer) => take(splitter.push(chunk)));
    return () => {
      take(splitter.end());
      for (const text of early ?? []) lines.push({ stream, text });
      early = undefined;
    };
  });
  return {
    sessionId,
    end: () => {
      for (const end of finish) end();
      tellSessionId(undefined);
    },
  };
}

/** Writes at the pace of the program; stops quietly where the program closes its side. */
async function send(
  stdin: AsyncIterable<Uint8Array>,
  channel: ClientChannel,
  closed: Promise<unknown>,
  stop: AbortSignal,
): Promise<void> {
  let open = true;
  void closed.then(() => {
    open = false;
  });
  channel.on('error', () => {});
  const stopped = stop.aborted ? Promise.resolve() : once(stop, 'abort').then(() => {});
  const iterator = stdin[Symbol.asyncIterator]();
  const ended = Promise.race([closed, stopped]).then(() => ({ done: true as const, value: undefined }));
  try {
    while (open && !stop.aborted) {
      const next = await Promise.race([iterator.next(), ended]);
      if (next.done === true) break;
      if (!channel.write(next.value)) await Promise.race([once(channel, 'drain'), ended]);
    }
  } finally {
    // A source that hangs must not keep the command from ending.
    void iterator.return?.().catch(() => {});
    if (open && !stop.aborted) channel.end();
  }
}

async function settledWithin<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

async function isSettledWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  return (
    (await settledWithin(
      promise.then(() => true),
      timeoutMs,
    )) === true
  );
}
