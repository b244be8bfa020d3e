import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { Machine } from '../../application/ports/Machine.ts';
import type { HostKeyDecision } from '../../application/ports/MachineConnector.ts';
import type { Vm } from '../../core/vm/Vm.ts';
import { DockerEngine } from '../docker/DockerEngine.ts';
import type { EngineTransport } from '../docker/EngineTransport.ts';
import {
  type AskPassphrase,
  authenticationMethods,
  defaultAgentSocket,
  defaultKeyFiles,
} from './authenticationMethods.ts';
import { describeAddress } from './connectErrors.ts';
import { defaultKnownHostsFiles, fileHostKeys, type KnownHostsFiles } from './fileHostKeys.ts';
import { type ProbedSocket, probeVm, type VmProbe } from './probeVm.ts';
import { ShellMachineFiles } from './ShellMachineFiles.ts';
import { SshCommandRunner } from './SshCommandRunner.ts';
import { SshConnection, type SshTimings } from './SshConnection.ts';
import { loginShellCommand } from './shellCommand.ts';

/** What differs between people's machines; everything has the value that ssh would take. */
export interface VmConnectionSettings {
  readonly knownHosts?: KnownHostsFiles;
  /** `null`: no agent. */
  readonly agentSocket?: string | null;
  readonly defaultKeyFiles?: readonly string[];
  readonly askPassphrase?: AskPassphrase;
  readonly timings?: Partial<SshTimings>;
  /** For the log channel: what was chosen, such as the fallback to `docker system dial-stdio`. */
  readonly log?: (message: string) => void;
}

const STANDARD_SOCKET = '/var/run/docker.sock';
const MAX_STREAM_LOCAL_CONNECTIONS = 64;
// Each is a session and a process on the VM; calls and streams have a pool each, and commands need sessions too.
const MAX_DIAL_STDIO_CONNECTIONS = 3;

/** A VM over one SSH connection. @throws ConnectionError (rejects) with the reason, or the signal's reason. */
export async function connectVmMachine(
  vm: Vm,
  hostKeys: HostKeyDecision,
  settings: VmConnectionSettings = {},
  signal?: AbortSignal,
): Promise<Machine> {
  const agentSocket = settings.agentSocket === null ? undefined : (settings.agentSocket ?? defaultAgentSocket());
  const [hostKeyCheck, authentication] = await Promise.all([
    fileHostKeys(vm.host, vm.port, settings.knownHosts ?? defaultKnownHostsFiles(), hostKeys),
    authenticationMethods({
      user: vm.user,
      defaultKeyFiles: settings.defaultKeyFiles ?? defaultKeyFiles(),
      ...(vm.identityFile === undefined ? {} : { identityFile: vm.identityFile }),
      ...(agentSocket === undefined ? {} : { agentSocket }),
      ...(settings.askPassphrase === undefined ? {} : { askPassphrase: settings.askPassphrase }),
    }),
  ]);
  const connection = await SshConnection.open({
    address: vm,
    hostKeys: hostKeyCheck,
    authentication,
    ...(signal === undefined ? {} : { signal }),
    ...(settings.timings === undefined ? {} : { timings: settings.timings }),
  });
  try {
    const { engine, environment } = await findEngine(connection, settings.log ?? (() => {}), signal);
    const commands = new SshCommandRunner(connection, environment);
    const closed = connection.closed.finally(() => engine.close());
    return {
      commands,
      engine,
      files: new ShellMachineFiles(commands, describeAddress(vm)),
      closed,
      close: async () => {
        engine.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    signal?.throwIfAborted();
    throw error instanceof ConnectionError ? error : connection.explain(error);
  }
}

interface FoundEngine {
  readonly engine: DockerEngine;
  /** For programs on the VM, so that they use the same engine. */
  readonly environment: Readonly<Record<string, string>>;
}

async function findEngine(
  connection: SshConnection,
  log: (message: string) => void,
  signal: AbortSignal | undefined,
): Promise<FoundEngine> {
  const options = signal === undefined ? {} : { signal };
  // The probe goes first on the wire; the standard socket is tried in the same round trip, as it is right nearly always.
  const probing = probeVm(connection, signal);
  const early = settle(DockerEngine.open(streamLocalTransport(connection, STANDARD_SOCKET), options));
  let probe: VmProbe;
  try {
    probe = await probing;
  } catch (error) {
    void early.then((result) => result.ok && result.value.close());
    throw error;
  }
  const socket = probe.sockets.find(({ usable }) => usable);
  const earlyResult = await early;
  if (earlyResult.ok && (socket === undefined || socket.path === STANDARD_SOCKET)) {
    return { engine: earlyResult.value, environment: {} };
  }
  if (earlyResult.ok) earlyResult.value.close();
  if (socket === undefined) throw noUsableSocket(connection, probe);

  const environment = engineEnvironment(socket, probe);
  const direct =
    socket.path === STANDARD_SOCKET
      ? earlyResult
      : await settle(DockerEngine.open(streamLocalTransport(connection, socket.path), options));
  if (direct.ok) return { engine: direct.value, environment };
  signal?.throwIfAborted();
  if (!probe.hasDockerCli) throw engineStopped(connection, socket.path, direct.error);
  // The server forbids forwarding to sockets, or the engine is down: both refuse in the same words. The docker CLI there tells.
  const dialled = await settle(DockerEngine.open(dialStdioTransport(connection, environment), options));
  if (!dialled.ok) throw dialled.error;
  log(
    `${describeAddress(connection.address)} does not forward to ${socket.path} (AllowStreamLocalForwarding): ` +
      'using "docker system dial-stdio" instead, which is slower.',
  );
  return { engine: dialled.value, environment };
}

function engineEnvironment(socket: ProbedSocket, probe: VmProbe): Readonly<Record<string, string>> {
  const isDefault = socket.path === STANDARD_SOCKET || probe.dockerHost !== '';
  return isDefault ? {} : { DOCKER_HOST: `unix://${socket.path}` };
}

function streamLocalTransport(connection: SshConnection, path: string): EngineTransport {
  return {
    engineName: `the Docker Engine on ${describeAddress(connection.address)}`,
    maxConnections: MAX_STREAM_LOCAL_CONNECTIONS,
    connect: async () => closingWithPeer(await connection.openStreamLocal(path)),
    explain: (cause) => {
      const explained = connection.explain(cause);
      return explained.problem === 'connectionLost' ? explained : engineStopped(connection, path, cause);
    },
  };
}

function dialStdioTransport(connection: SshConnection, environment: Readonly<Record<string, string>>): EngineTransport {
  const host = environment['DOCKER_HOST'];
  const command = `${host === undefined ? '' : `DOCKER_HOST='${host}' `}exec docker system dial-stdio`;
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
        host ?? STANDARD_SOCKET,
        lastWords === '' ? cause : new Error(lastWords, { cause }),
      );
    },
  };
}

// A channel whose peer has closed its side must not wait in the pool: only its readable end would tell, and nobody reads there.
function closingWithPeer(channel: ClientChannel): Duplex {
  void once(channel, 'end').then(
    () => channel.destroy(),
    () => {},
  );
  channel.stderr?.resume();
  return channel;
}

function noUsableSocket(connection: SshConnection, probe: VmProbe): ConnectionError {
  const forbidden = probe.sockets.find(({ usable }) => !usable);
  if (forbidden !== undefined) return noPermission(connection, probe.user, forbidden.path);
  if (probe.hasDockerCli) return engineStopped(connection, STANDARD_SOCKET, undefined);
  return new ConnectionError('noDocker', `There is no Docker on ${describeAddress(connection.address)}.`, {
    remedy:
      'Install Docker Engine with the compose plugin on the VM (https://docs.docker.com/engine/install/), then retry.',
  });
}

function noPermission(connection: SshConnection, user: string, socketPath: string): ConnectionError {
  const where = describeAddress(connection.address);
  return new ConnectionError(
    'noSocketPermission',
    `The user "${user}" may not use Docker on ${where}: no access to ${socketPath}.`,
    {
      remedy: `Run "sudo usermod -aG docker ${user}" on the VM, then retry.`,
    },
  );
}

function engineStopped(connection: SshConnection, socketPath: string, cause: unknown): ConnectionError {
  const where = describeAddress(connection.address);
  return new ConnectionError('engineStopped', `The Docker Engine on ${where} does not answer at ${socketPath}.`, {
    remedy: 'Start it with "sudo systemctl start docker" on the VM, then retry.',
    cause,
  });
}

type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );
}
