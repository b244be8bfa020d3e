import { spawn } from 'node:child_process';
import { type AddressInfo, connect, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import { testKeyPair } from './testKeyPair.ts';

export interface TestSshServer {
  readonly port: number;
  readonly connections: Set<Connection>;
  /** Open session channels now, and the most that were open at once. */
  readonly sessions: { open: number; most: number };
  close(): Promise<void>;
}

export interface TestSshServerOptions {
  readonly authorizedKey: string;
  /** As sshd's setting of that name: further session channels are refused. */
  readonly maxSessions?: number;
  /** Instead of running the command. */
  readonly onExec?: (channel: ServerChannel, command: string, connection: Connection) => void;
  readonly onConnection?: (connection: Connection) => void;
}

/** An SSH server on loopback, in this process, which runs commands as sshd does: through a shell, each in a session of its own. */
export async function startSshServer(options: TestSshServerOptions): Promise<TestSshServer> {
  const hostKey = testKeyPair().private;
  const authorized = ssh2.utils.parseKey(options.authorizedKey);
  if (authorized instanceof Error) throw authorized;
  const connections = new Set<Connection>();
  const sessions = { open: 0, most: 0 };
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.once('close', () => connections.delete(connection));
    options.onConnection?.(connection);
    connection.on('authentication', (context: AuthContext) => {
      if (context.method !== 'publickey' || !context.key.data.equals(authorized.getPublicSSH()))
        return context.reject(['publickey']);
      if (
        context.signature &&
        context.blob &&
        authorized.verify(context.blob, context.signature, context.hashAlgo) !== true
      ) {
        return context.reject(['publickey']);
      }
      context.accept();
    });
    // ssh2's types leave this event out.
    (connection as NodeJS.EventEmitter).on(
      'openssh.streamlocal',
      (accept: () => ServerChannel, _reject, info: { socketPath: string }) => {
        const channel = accept();
        const socket = connect(info.socketPath);
        socket.on('error', () => channel.close());
        channel.pipe(socket).pipe(channel);
      },
    );
    connection.on('session', (accept, reject) => {
      if (sessions.open >= (options.maxSessions ?? 10)) return void reject();
      sessions.open += 1;
      sessions.most = Math.max(sessions.most, sessions.open);
      const session = accept();
      session.once('close', () => {
        sessions.open -= 1;
      });
      let onSignal: (name: string) => void = () => {};
      session.on('signal', (_accept, _reject, info) => onSignal(info.name));
      session.once('exec', (acceptExec, _reject, info) => {
        const channel = acceptExec();
        if (options.onExec !== undefined) return options.onExec(channel, info.command, connection);
        onSignal = runCommand(channel, info.command);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    sessions,
    close: async () => {
      for (const connection of connections) socketOf(connection).destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The server's socket of a connection; ssh2 offers no other way to cut one off or to stop reading it. */
export function socketOf(connection: Connection): Socket {
  return (connection as unknown as { readonly _sock: Socket })._sock;
}

/** Sends a packet as it is, whatever it means; ssh2 offers no other way to say what should not be said. */
export function sendPayload(connection: Connection, payload: Uint8Array): void {
  const { _protocol: protocol } = connection as unknown as { readonly _protocol: Protocol };
  const { write } = protocol._packetRW;
  const packet = write.alloc(payload.length);
  packet.set(payload, write.allocStart);
  protocol._cipher.encrypt(write.finalize(packet));
}

interface Protocol {
  readonly _cipher: { encrypt(packet: Uint8Array): void };
  readonly _packetRW: {
    readonly write: {
      readonly allocStart: number;
      alloc(length: number): Uint8Array;
      finalize(packet: Uint8Array): Uint8Array;
    };
  };
}

function runCommand(channel: ServerChannel, command: string): (signal: string) => void {
  const child = spawn('bash', ['-c', command], { detached: true, stdio: 'pipe' });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => {});
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once('close', (code, signal) => {
    if (code === null) channel.exit((signal ?? 'KILL').replace(/^SIG/, ''));
    else channel.exit(code);
    channel.end();
  });
  return (name) => {
    if (child.pid !== undefined) process.kill(-child.pid, `SIG${name}` as NodeJS.Signals);
  };
}
