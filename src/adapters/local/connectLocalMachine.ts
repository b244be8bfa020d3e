import { statfs } from 'node:fs/promises';
import { homedir, loadavg, platform } from 'node:os';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { Machine, MachineFacts } from '../../application/ports/Machine.ts';
import { DEFAULT_CONTEXT } from '../docker/dockerContexts.ts';
import type { SocketEndpoint, TcpEndpoint } from '../docker/EngineEndpoint.ts';
import { findDefaultEngine, findLocalEngine, type LocalEngineAddress } from '../docker/findLocalEngine.ts';
import { networkWay } from '../docker/networkWay.ts';
import { openEndpointEngine } from '../docker/openEndpointEngine.ts';
import { dialTcp } from './dialTcp.ts';
import { LocalCommandRunner } from './LocalCommandRunner.ts';
import { LocalMachineFiles } from './LocalMachineFiles.ts';

/** This machine with its Docker Engine. @throws ConnectionError (rejects) where there is none that answers. */
export async function connectLocalMachine(signal?: AbortSignal): Promise<Machine> {
  return connectFound(await findLocalEngine(), signal);
}

/** As the context `default` has it, whatever the current context is. @throws ConnectionError (rejects). */
export async function connectDefaultMachine(signal?: AbortSignal): Promise<Machine> {
  const address = await findDefaultEngine();
  if (address.kind === 'unsupported') return connectFound(address, signal);
  return connectFound({ ...address, environment: { DOCKER_CONTEXT: DEFAULT_CONTEXT, ...address.environment } }, signal);
}

async function connectFound(address: LocalEngineAddress, signal: AbortSignal | undefined): Promise<Machine> {
  if (address.kind === 'unsupported') {
    const { context } = address;
    throw new ConnectionError('other', `The local Docker settings name an engine elsewhere: ${address.address}.`, {
      remedy:
        context === undefined
          ? 'Add that machine as a VM, or unset DOCKER_HOST.'
          : `Add it as a VM (the Docker context "${context}"), or choose another context with "docker context use".`,
    });
  }
  const source = address.environment['DOCKER_CONTEXT'];
  return openLocalMachine(
    address,
    {
      source: source === undefined || source === DEFAULT_CONTEXT ? 'DOCKER_HOST' : `the Docker context "${source}"`,
      environment: address.environment,
    },
    signal,
  );
}

/**
 * This machine's programs and files with an engine that they use, too: `environment` is for programs, `source` says where the address
 * stands. @throws ConnectionError (rejects).
 */
export async function openLocalMachine(
  endpoint: SocketEndpoint | TcpEndpoint,
  { source, environment }: { readonly source: string; readonly environment: Readonly<Record<string, string>> },
  signal?: AbortSignal,
): Promise<Machine> {
  const { engine, closed, close } = await openEndpointEngine(endpoint, source, signal);
  return {
    way: {
      place: 'here',
      ...(endpoint.kind === 'tcp' ? networkWay(endpoint) : { address: socketAddress(endpoint.path) }),
    },
    commands: new LocalCommandRunner(environment),
    engine,
    files: new LocalMachineFiles(),
    dial: dialTcp,
    facts: readLocalFacts,
    closed,
    close,
  };
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

/** As Docker writes it. */
function socketAddress(path: string): string {
  return path.startsWith('\\\\') ? `npipe://${path.replaceAll('\\', '/')}` : `unix://${path}`;
}
