import type { CommandRunner } from '../../application/ports/CommandRunner.ts';
import type { Machine } from '../../application/ports/Machine.ts';
import type { MachineFiles } from '../../application/ports/MachineFiles.ts';
import { engineOnlyError } from '../../application/vms/engineOnly.ts';
import { dialTcp } from '../local/dialTcp.ts';
import type { TcpEndpoint } from './EngineEndpoint.ts';
import { networkWay } from './networkWay.ts';
import { openEndpointEngine } from './openEndpointEngine.ts';

/** An engine over TCP, without the machine around it. @throws ConnectionError (rejects). */
export async function connectEngineOnly(endpoint: TcpEndpoint, source: string, signal?: AbortSignal): Promise<Machine> {
  const { engine, closed, close } = await openEndpointEngine(endpoint, source, signal);
  return {
    way: { place: 'engineOnly', ...networkWay(endpoint) },
    engine,
    commands: noCommands,
    files: noFiles,
    dial: dialTcp,
    facts: async () => ({}),
    closed,
    close,
  };
}

const noCommands: CommandRunner = {
  run: ([program = 'a program']) => {
    const exit = Promise.reject(engineOnlyError(`"${program}" cannot be run there`));
    // Whoever only reads the lines must not meet an unhandled rejection.
    exit.catch(() => {});
    return { lines: (async function* () {})(), exit };
  },
};

const withoutFiles = async (path: string): Promise<never> => {
  throw engineOnlyError(`"${path}" cannot be reached`);
};

const noFiles: MachineFiles = {
  readText: withoutFiles,
  writeText: withoutFiles,
  list: withoutFiles,
  unpackFolder: withoutFiles,
};
