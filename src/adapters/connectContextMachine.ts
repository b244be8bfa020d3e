import type { Machine } from '../application/ports/Machine.ts';
import type { HostKeyDecision } from '../application/ports/MachineConnector.ts';
import { formatHostPort } from '../core/vm/parseSshTarget.ts';
import { connectEngineOnly } from './docker/connectEngineOnly.ts';
import { DEFAULT_CONTEXT, dockerConfigPlace, readDockerContext } from './docker/dockerContexts.ts';
import type { SshEndpoint } from './docker/EngineEndpoint.ts';
import { connectDefaultMachine, openLocalMachine } from './local/connectLocalMachine.ts';
import { connectVmMachine, type VmConnectionSettings } from './ssh/connectVmMachine.ts';

/**
 * The machine that a context of the docker CLI leads to, read anew each time: over SSH a whole VM, by a socket this machine, over TCP
 * an engine alone. @throws ConnectionError (rejects) with the reason, or the signal's reason.
 */
export async function connectContextMachine(
  context: string,
  hostKeys: HostKeyDecision,
  settings: VmConnectionSettings = {},
  signal?: AbortSignal,
): Promise<Machine> {
  if (context === DEFAULT_CONTEXT) return connectDefaultMachine(signal);
  const endpoint = await readDockerContext(context, dockerConfigPlace());
  const source = `the Docker context "${context}"`;
  switch (endpoint.kind) {
    case 'ssh':
      return withAddress(await connectVmMachine(endpoint, hostKeys, settings, signal), endpoint);
    case 'tcp':
      return connectEngineOnly(endpoint, source, signal);
    case 'socket':
      // DOCKER_HOST would win over the context.
      return openLocalMachine(endpoint, { source, environment: { DOCKER_HOST: '', DOCKER_CONTEXT: context } }, signal);
  }
}

function withAddress(machine: Machine, { user, host, port, socketPath = '' }: SshEndpoint): Machine {
  const place = port === undefined ? host.replace(/^.*:.*$/, '[$&]') : formatHostPort(host, port);
  const address = `ssh://${user === undefined ? '' : `${user}@`}${place}${socketPath}`;
  return { ...machine, way: { ...machine.way, address } };
}
