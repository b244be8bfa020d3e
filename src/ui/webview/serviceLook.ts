import type { GatewayTarget } from '../../application/GatewayTarget.ts';
import type { MachineEntry } from '../../application/vms/MachineState.ts';

/** A text that changes when another container, state or health stands behind a service; the passing of time does not change it. */
export function serviceLook(entry: MachineEntry | undefined, target: GatewayTarget): string {
  if (entry === undefined) return 'gone';
  if (entry.state.kind !== 'connected') return entry.state.kind;
  const project = entry.state.view.projects.find(({ name }) => name === target.project);
  const service = project?.services.find(({ name }) => name === target.service);
  return JSON.stringify(service?.containers.map(({ id, state, health }) => [id, state, health]));
}
