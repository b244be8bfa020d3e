import type { ClientChannel } from 'ssh2';

/** A program that runs on a session channel. */
export interface SshSession {
  readonly channel: ClientChannel;
  /** Resolves when the channel is closed and its output was read: how the program ended, `undefined` where the server did not tell. */
  readonly ended: Promise<SessionEnd | undefined>;
}

export interface SessionEnd {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** To be called at once with the new channel: a short program's exit can come in the same packet as the channel itself. */
export function sessionOf(leave: () => void): (channel: ClientChannel) => SshSession {
  return (channel) => {
    let end: SessionEnd | undefined;
    channel.once('exit', (code: number | null, signal?: string) => {
      end = { code: code ?? undefined, signal };
    });
    const ended = new Promise<SessionEnd | undefined>((resolve) => {
      channel.once('close', () => {
        leave();
        resolve(end);
      });
    });
    return { channel, ended };
  };
}
