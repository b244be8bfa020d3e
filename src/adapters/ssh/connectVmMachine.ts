import type { Duplex } from 'node:stream';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { Machine } from '../../application/ports/Machine.ts';
import type { HostKeyDecision } from '../../application/ports/MachineConnector.ts';
import type { SshPrompts } from '../../application/ports/SshPrompts.ts';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';
import { DockerEngine } from '../docker/DockerEngine.ts';
import { describeAddress, isForbidden } from './connectErrors.ts';
import { defaultKnownHostsFiles, type KnownHostsFiles } from './fileHostKeys.ts';
import { defaultKeyFiles } from './keyFiles.ts';
import { openSshConnection, type SshRequest } from './openSshConnection.ts';
import { openSshShell } from './openSshShell.ts';
import { type ProbedSocket, probeVm, type VmProbe } from './probeVm.ts';
import { readSshConfig, type SshConfigFiles } from './readSshConfig.ts';
import { readVmFacts } from './readVmFacts.ts';
import { SftpChannel } from './SftpChannel.ts';
import { SftpMachineFiles } from './SftpMachineFiles.ts';
import { ShellMachineFiles } from './ShellMachineFiles.ts';
import { SshCommandRunner } from './SshCommandRunner.ts';
import type { SshConnection } from './SshConnection.ts';
import type { SshTimings } from './SshTimings.ts';
import { SudoDockerCommands } from './SudoDockerCommands.ts';
import { defaultAgentSockets } from './sshAgents.ts';
import { engineStopped, noUsableSocket, STANDARD_SOCKET } from './vmEngineErrors.ts';
import { dialStdioTransport, streamLocalTransport } from './vmEngineTransports.ts';

/** What differs between people's machines; everything has the value that ssh would take. */
export interface VmConnectionSettings {
  readonly knownHosts?: KnownHostsFiles;
  /** `null`: no agent. */
  readonly agentSocket?: string | null;
  readonly defaultKeyFiles?: readonly string[];
  /** Without them no passphrase and no password is asked for. */
  readonly prompts?: SshPrompts;
  readonly sshConfigFiles?: SshConfigFiles;
  readonly timings?: Partial<SshTimings>;
  /** For the log channel: what was chosen, such as the fallback to `docker system dial-stdio`. */
  readonly log?: (message: string) => void;
}

export interface VmRequest extends SshRequest {
  /** The engine's socket on the VM; without it the one that is found there. */
  readonly socketPath?: string;
}

/** A VM over one SSH connection. @throws ConnectionError (rejects) with the reason, or the signal's reason. */
export async function connectVmMachine(
  vm: VmRequest,
  hostKeys: HostKeyDecision,
  settings: VmConnectionSettings = {},
  signal?: AbortSignal,
): Promise<Machine> {
  const agentSockets =
    settings.agentSocket === null ? [] : [settings.agentSocket].filter((socket) => socket !== undefined);
  const log = settings.log ?? (() => {});
  const connection = await openSshConnection(
    vm,
    {
      config: await readSshConfig(settings.sshConfigFiles),
      knownHosts: settings.knownHosts ?? defaultKnownHostsFiles(),
      agentSockets: settings.agentSocket === undefined ? defaultAgentSockets() : agentSockets,
      defaultKeyFiles: settings.defaultKeyFiles ?? defaultKeyFiles(),
      decideHostKey: hostKeys,
      prompts: settings.prompts,
      timings: settings.timings ?? {},
      log,
    },
    signal,
  );
  try {
    const { engine, environment, sudo } = await findEngine(connection, vm.socketPath, log, signal);
    const sshCommands = new SshCommandRunner(connection, environment);
    const commands = sudo ? new SudoDockerCommands(sshCommands) : sshCommands;
    const closed = connection.closed.finally(() => engine.close());
    const address = describeAddress(connection.address);
    return {
      way: { place: 'ssh' },
      commands,
      engine,
      dial: (host, port) => dialThrough(connection, host, port),
      openShell: (size) => openSshShell(connection, size),
      facts: (factsSignal) => readVmFacts(commands, factsSignal),
      files: new SftpMachineFiles(
        new SftpChannel(connection, (message) => log(`${address}: ${message}`)),
        new ShellMachineFiles(commands, address),
        address,
      ),
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

async function dialThrough(connection: SshConnection, host: string, port: number): Promise<Duplex> {
  try {
    return await connection.openTcp(host, port);
  } catch (error) {
    const explained = connection.explain(error);
    if (explained.problem === 'connectionLost') throw explained;
    const where = describeAddress(connection.address);
    if (isForbidden(error)) {
      throw new ConnectionError('other', `${where} does not forward connections (AllowTcpForwarding no).`, {
        remedy:
          'Set "AllowTcpForwarding yes" or "local" in /etc/ssh/sshd_config on the VM, reload its SSH server, then retry.',
        cause: error,
      });
    }
    throw new ConnectionError('other', `Nothing answers at ${formatHostPort(host, port)} on ${where}.`, {
      remedy: 'Check that the container runs and publishes the port, then retry.',
      cause: error,
    });
  }
}

interface FoundEngine {
  readonly engine: DockerEngine;
  /** For programs on the VM, so that they use the same engine. */
  readonly environment: Readonly<Record<string, string>>;
  /** Docker is only allowed through `sudo -n`. */
  readonly sudo: boolean;
}

// For the engine's state (two questions at once) and its events, after the greeting on one of them.
const FIRST_CHANNELS = 3;

async function findEngine(
  connection: SshConnection,
  wanted: string | undefined,
  log: (message: string) => void,
  signal: AbortSignal | undefined,
): Promise<FoundEngine> {
  const options = signal === undefined ? {} : { signal };
  // The probe goes first on the wire; the standard socket is tried in the same round trip, as it is right nearly always.
  const probing = probeVm(connection, signal);
  const firstPath = wanted ?? STANDARD_SOCKET;
  const early = settle(DockerEngine.open(streamLocalTransport(connection, firstPath, FIRST_CHANNELS), options));
  let probe: VmProbe;
  try {
    probe = await probing;
  } catch (error) {
    void early.then((result) => result.ok && result.value.close());
    throw error;
  }
  const socket = wanted === undefined ? probe.sockets.find(({ usable }) => usable) : { path: wanted, usable: true };
  const environment = wanted === undefined ? engineEnvironment(socket, probe) : { DOCKER_HOST: `unix://${wanted}` };
  const earlyResult = await early;
  if (earlyResult.ok && (socket === undefined || socket.path === firstPath)) {
    return { engine: earlyResult.value, environment, sudo: false };
  }
  if (earlyResult.ok) earlyResult.value.close();
  if (socket === undefined && probe.sudoDocker) {
    log(
      `${probe.user} has no access to the Docker socket of ${describeAddress(connection.address)}: using "sudo -n docker", which is slower.`,
    );
    const engine = await DockerEngine.open(dialStdioTransport(connection, {}, { sudo: true }), options);
    return { engine, environment: {}, sudo: true };
  }
  if (socket === undefined) throw noUsableSocket(connection, probe);

  const direct =
    socket.path === firstPath
      ? earlyResult
      : await settle(DockerEngine.open(streamLocalTransport(connection, socket.path), options));
  if (direct.ok) return { engine: direct.value, environment, sudo: false };
  signal?.throwIfAborted();
  if (!probe.hasDockerCli) throw engineStopped(connection, socket.path, direct.error);
  // The server forbids forwarding to sockets, or the engine is down: both refuse in the same words. The docker CLI there tells.
  const dialled = await settle(DockerEngine.open(dialStdioTransport(connection, environment), options));
  if (!dialled.ok) throw dialled.error;
  log(
    `${describeAddress(connection.address)} does not forward to ${socket.path} (AllowStreamLocalForwarding): ` +
      'using "docker system dial-stdio" instead, which is slower.',
  );
  return { engine: dialled.value, environment, sudo: false };
}

function engineEnvironment(socket: ProbedSocket | undefined, probe: VmProbe): Readonly<Record<string, string>> {
  const isDefault = socket === undefined || socket.path === STANDARD_SOCKET || probe.dockerHost !== '';
  return isDefault ? {} : { DOCKER_HOST: `unix://${socket.path}` };
}

type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );
}
