import type { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { EngineTransport } from '../docker/EngineTransport.ts';
import { describeAddress } from './connectErrors.ts';
import type { SshConnection } from './SshConnection.ts';
import { loginShellCommand, quoteArgument } from './shellCommand.ts';
import { engineStopped, noPermission, STANDARD_SOCKET } from './vmEngineErrors.ts';

const MAX_STREAM_LOCAL_CONNECTIONS = 64;
// Each is a session and a process on the VM; calls and streams have a pool each, and commands need sessions too.
const MAX_DIAL_STDIO_CONNECTIONS = 3;

/**
 * Channels that sshd forwards to the engine's socket: nothing runs on the VM for them. The first `channelsAhead` are opened at once: a
 * far VM takes a round trip for each, and what is asked first is asked in parallel.
 */
export function streamLocalTransport(connection: SshConnection, path: string, channelsAhead = 0): EngineTransport {
  const open = async (): Promise<Duplex> => {
    const channel = closingWithPeer(await connection.openStreamLocal(path));
    // An engine that closes one connection closes all: it stops.
    return channel.once('end', closeAhead);
  };
  const ahead: Promise<Duplex>[] = [];
  const closeAhead = (): void => {
    for (const opening of ahead.splice(0)) opening.then((channel) => channel.destroy(), ignore);
  };
  for (let count = 0; count < channelsAhead; count += 1) {
    const opening = open();
    opening.catch(ignore);
    ahead.push(opening);
  }
  if (channelsAhead > 0) {
    const timer = setTimeout(closeAhead, AHEAD_MS).unref();
    void connection.closed.then(() => clearTimeout(timer));
  }
  return {
    engineName: `the Docker Engine on ${describeAddress(connection.address)}`,
    maxConnections: MAX_STREAM_LOCAL_CONNECTIONS,
    connect: () => ahead.shift() ?? open(),
    close: closeAhead,
    explain: (cause) => {
      const explained = connection.explain(cause);
      return explained.problem === 'connectionLost' ? explained : engineStopped(connection, path, cause);
    },
  };
}

// A channel that nobody has used by then is not needed, and the engine may close it.
const AHEAD_MS = 5000;

/** Whoever takes the channel hears of it. */
function ignore(): void {}

/** Programs on the VM that do the same, for servers that forbid it; `environment` is for them. */
export function dialStdioTransport(
  connection: SshConnection,
  environment: Readonly<Record<string, string>>,
  options: { readonly sudo?: boolean } = {},
): EngineTransport {
  const host = environment['DOCKER_HOST'];
  const command = `${host === undefined ? '' : `DOCKER_HOST=${quoteArgument(host)} `}exec ${options.sudo === true ? 'sudo -n ' : ''}docker system dial-stdio`;
  let lastWords = '';
  return {
    engineName: `the Docker Engine on ${describeAddress(connection.address)}`,
    maxConnections: MAX_DIAL_STDIO_CONNECTIONS,
    connect: async () => {
      const { channel } = await connection.exec(loginShellCommand(command));
      channel.stderr.on('data', (chunk: Buffer) => {
        lastWords = (lastWords + chunk.toString('utf8')).slice(-1000);
      });
      return closingWithPeer(channel);
    },
    explain: (cause) => {
      const explained = connection.explain(cause);
      if (explained.problem === 'connectionLost') return explained;
      if (/permission denied/i.test(lastWords))
        return noPermission(connection, connection.address.user, STANDARD_SOCKET);
      return engineStopped(
        connection,
        host?.replace(/^unix:\/\//, '') ?? STANDARD_SOCKET,
        lastWords === '' ? cause : new Error(lastWords, { cause }),
      );
    },
  };
}

// HTTP's pool gives up a closed connection only where it is no longer writable, and the channels of a lost connection stay writable.
// So the writing side ends with the reading side: before "close", which ssh2 emits in a later listener of the same event.
function closingWithPeer(channel: ClientChannel): Duplex {
  channel.once('end', () => channel.destroy());
  channel.stderr?.resume();
  return channel;
}
