import type { TerminalSession, TerminalSize } from '../../application/ports/TerminalSession.ts';
import { AsyncQueue } from '../streams/AsyncQueue.ts';
import type { SshConnection } from './SshConnection.ts';

/** The login shell of a VM on a terminal, on a session channel of the one connection. */
export async function openSshShell(connection: SshConnection, size: TerminalSize): Promise<TerminalSession> {
  const { channel, ended } = await connection.shell(size);
  const output = new AsyncQueue<Uint8Array>({
    pause: () => channel.pause(),
    resume: () => channel.resume(),
    onLeave: () => channel.resume(),
  });
  channel.on('data', (chunk: Buffer) => output.push(chunk));
  channel.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const exit = ended.then((end) => {
    output.end();
    if (end === undefined) throw connection.explain(new Error('the shell closed without an exit code'));
    return end;
  });
  exit.catch(() => {});
  return {
    output,
    exit,
    write: (text) => {
      if (channel.writable) channel.write(text);
    },
    resize: ({ columns, rows }) => channel.setWindow(rows, columns, 0, 0),
    close: () => channel.close(),
  };
}
