import type { ConnectionError } from '../ConnectionError.ts';
import type { Image, Network } from '../ports/Engine.ts';
import type { Machine, MachineFacts } from '../ports/Machine.ts';
import { needsAttention } from './containerCondition.ts';
import { groupContainers } from './groupContainers.ts';
import type { MachineView } from './MachineState.ts';
import { toConnectionError } from './toConnectionError.ts';

export type MachineStatus =
  | {
      readonly kind: 'reached';
      readonly view: MachineView;
      readonly facts: MachineFacts;
      readonly images: readonly Image[];
      readonly networks: readonly Network[];
    }
  | { readonly kind: 'failed'; readonly error: ConnectionError };

/** One look at a machine: connects, asks for everything, closes. Never rejects; what went wrong is a value. */
export async function readMachineStatus(
  name: string,
  connect: () => Promise<Machine>,
  signal?: AbortSignal,
): Promise<MachineStatus> {
  let machine: Machine | undefined;
  try {
    machine = await connect();
    const { engine, way } = machine;
    const [info, containers, images, networks, facts] = await Promise.all([
      engine.info(signal),
      engine.listContainers(signal),
      engine.listImages(signal),
      engine.listNetworks(signal),
      machine.facts(signal),
    ]);
    const view = { info, way, ...groupContainers(containers), updatedAtMs: Date.now() };
    return { kind: 'reached', view, facts, images, networks };
  } catch (error) {
    return { kind: 'failed', error: toConnectionError(error, name) };
  } finally {
    await machine?.close().catch(() => undefined);
  }
}

/** Whether it was reached, and nothing of its compose projects needs somebody. */
export function isWell(status: MachineStatus): boolean {
  if (status.kind === 'failed') return false;
  const services = status.view.projects.flatMap((project) => project.services);
  return !services.some((service) => service.containers.some(needsAttention));
}
