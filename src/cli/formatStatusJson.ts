import type { Container } from '../application/ports/Engine.ts';
import { containerCondition } from '../application/vms/containerCondition.ts';
import { isWell } from '../application/vms/readMachineStatus.ts';
import type { StatusOfTarget } from './StatusOfTarget.ts';

/** An array with one entry for each target, in order; sizes in bytes, times in ISO 8601. */
export function formatStatusJson(statuses: readonly StatusOfTarget[]): string {
  return `${JSON.stringify(statuses.map(entryOf), undefined, 2)}\n`;
}

function entryOf({ target, name, address, status }: StatusOfTarget): unknown {
  const identity = { target, name, ...(address === undefined ? {} : { address }), well: isWell(status) };
  if (status.kind === 'failed') {
    const { problem, message, remedy } = status.error;
    return { ...identity, reached: false, problem, message, remedy };
  }
  const { view, facts, images, networks } = status;
  return {
    ...identity,
    reached: true,
    engine: view.info,
    way: view.way,
    facts,
    projects: view.projects.map((project) => ({
      name: project.name,
      workingDirectory: project.workingDirectory,
      configFiles: project.configFiles,
      services: project.services.map((service) => ({
        name: service.name,
        isGateway: service.isGateway,
        containers: service.containers.map(containerEntry),
      })),
    })),
    otherContainers: view.otherContainers.map(containerEntry),
    images,
    networks,
  };
}

function containerEntry(container: Container): unknown {
  const { id, name, image, state, health, status, ports, createdAtMs } = container;
  const exitCode = /^(?:Exited|Restarting) \((\d+)\)/.exec(status)?.[1];
  return {
    id,
    name,
    image,
    state,
    health,
    status,
    condition: containerCondition(container),
    ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
    ports,
    ...(createdAtMs === 0 ? {} : { createdAt: new Date(createdAtMs).toISOString() }),
  };
}
