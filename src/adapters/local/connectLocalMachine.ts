import { statfs } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { homedir, loadavg, platform } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { Machine, MachineFacts } from '../../application/ports/Machine.ts';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';
import { DockerEngine } from '../docker/DockerEngine.ts';
import type { EngineTransport } from '../docker/EngineTransport.ts';
import { findLocalEngine, type LocalEngineAddress } from '../docker/findLocalEngine.ts';
import { LocalCommandRunner } from './LocalCommandRunner.ts';
import { LocalMachineFiles } from './LocalMachineFiles.ts';

const MAX_CONNECTIONS = 64;
const CONNECT_TIMEOUT_MS = 10_000;

/** This machine with its Docker Engine. @throws ConnectionError (rejects) where there is none that answers. */
export async function connectLocalMachine(signal?: AbortSignal): Promise<Machine> {
  const address = await findLocalEngine();
  if (address.kind === 'unsupported') {
    throw new ConnectionError('other', `The local Docker settings name an engine elsewhere: ${address.address}.`, {
      remedy: 'Add that machine as a VM, or unset DOCKER_HOST or choose another Docker context.',
    });
  }
  const transport = localTransport(address);
  const engine = await DockerEngine.open(transport, signal === undefined ? {} : { signal });
  let tellClosed: () => void = () => {};
  const closed = new Promise<undefined>((resolve) => {
    tellClosed = () => resolve(undefined);
  });
  return {
    commands: new LocalCommandRunner(address.kind === 'socket' ? address.environment : {}),
    engine,
    files: new LocalMachineFiles(),
    dial: dialLocally,
    facts: readLocalFacts,
    closed,
    close: async () => {
      engine.close();
      tellClosed();
    },
  };
}

function dialLocally(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port, noDelay: true });
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (cause) => {
      reject(
        new ConnectionError('other', `Nothing answers at ${formatHostPort(host, port)}.`, {
          remedy: 'Check that the container runs and publishes the port, then retry.',
          cause,
        }),
      );
    });
  });
}

async function readLocalFacts(): Promise<MachineFacts> {
  // Windows knows no load.
  const load = platform() === 'win32' ? undefined : loadavg()[0];
  try {
    const { bsize, blocks, bavail } = await statfs(homedir());
    return { diskBytes: bsize * blocks, freeDiskBytes: bsize * bavail, ...(load === undefined ? {} : { load }) };
  } catch {
    return load === undefined ? {} : { load };
  }
}

type UsableAddress = Exclude<LocalEngineAddress, { readonly kind: 'unsupported' }>;

function localTransport(address: UsableAddress): EngineTransport {
  const where = address.kind === 'socket' ? address.path : `${address.host}:${address.port}`;
  return {
    engineName: `the Docker Engine at ${where}`,
    maxConnections: MAX_CONNECTIONS,
    connect: () => openSocket(address),
    explain: (cause) => explain(where, cause),
  };
}

function openSocket(address: UsableAddress): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = startSocket(address);
    const timer = setTimeout(() => socket.destroy(new Error('No answer.')), CONNECT_TIMEOUT_MS);
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      finish();
    };
    socket.once('error', (error) =>
      settle(() => {
        socket.on('error', () => {});
        reject(error);
      }),
    );
    const event = address.kind === 'tcp' && address.tls !== undefined ? 'secureConnect' : 'connect';
    socket.once(event, () => settle(() => resolve(socket)));
  });
}

function startSocket(address: UsableAddress): Socket {
  if (address.kind === 'socket') return connectSocket({ path: address.path });
  const { host, port, tls } = address;
  if (tls === undefined) return connectSocket({ host, port, noDelay: true });
  const { verify, ...files } = tls;
  return connectTls({ host, port, rejectUnauthorized: verify, ...files });
}

function explain(where: string, cause: unknown): ConnectionError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') {
    return new ConnectionError('noDocker', `There is no Docker Engine on this machine: ${where} does not exist.`, {
      remedy: 'Install and start Docker here, or add a VM that has it.',
      cause,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ConnectionError(
      'noSocketPermission',
      `You may not use the Docker Engine of this machine: no access to ${where}.`,
      {
        remedy: 'Run "sudo usermod -aG docker $USER" and log in again.',
        cause,
      },
    );
  }
  if (code === 'ENOTFOUND') {
    return new ConnectionError(
      'nameNotResolved',
      `The Docker Engine at ${where} cannot be found: its name could not be resolved.`,
      {
        remedy: 'Check DOCKER_HOST or the Docker context, then retry.',
        cause,
      },
    );
  }
  return new ConnectionError(
    'engineStopped',
    `The Docker Engine at ${where} does not answer${code === undefined ? '' : ` (${code})`}.`,
    {
      remedy: 'Start Docker on this machine, then retry.',
      cause,
    },
  );
}
