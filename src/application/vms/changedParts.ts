import type { Container } from '../ports/Engine.ts';
import { worstCondition } from './containerCondition.ts';
import { containersOf } from './groupContainers.ts';
import type { ComposeProject, ComposeService, MachineState } from './MachineState.ts';

/** A part of a machine that looks different now, with all that lies in it. */
export type ChangedPart =
  | { readonly kind: 'machine' }
  | { readonly kind: 'project'; readonly project: ComposeProject }
  | { readonly kind: 'service'; readonly project: ComposeProject; readonly service: ComposeService }
  /** The line of those that compose did not make. */
  | { readonly kind: 'otherContainers'; readonly containers: readonly Container[] }
  | { readonly kind: 'container'; readonly container: Container; readonly place: ContainerPlace };

export type ContainerPlace =
  | { readonly kind: 'service'; readonly project: ComposeProject; readonly service: ComposeService }
  | { readonly kind: 'others'; readonly containers: readonly Container[] };

/**
 * The smallest parts of a machine's tree that must be drawn anew. What did not change must be the same value in both states
 * (`regroupContainers`); the time at which a view was known to be true is not compared.
 */
export function changedParts(before: MachineState, after: MachineState): readonly ChangedPart[] {
  if (before === after) return [];
  if (before.kind !== 'connected' || after.kind !== 'connected') return [{ kind: 'machine' }];
  const [old, view] = [before.view, after.view];
  const isSameMachine = old.info === view.info && old.facts === view.facts && old.way === view.way;
  const hadOthers = old.otherContainers.length > 0;
  const hasOthers = view.otherContainers.length > 0;
  if (!isSameMachine || hadOthers !== hasOthers || !haveSameNames(old.projects, view.projects)) {
    return [{ kind: 'machine' }];
  }
  const inProjects = view.projects.flatMap((project, index) => partsOfProject(old.projects[index], project));
  const containers = view.otherContainers;
  if (old.otherContainers === containers) return inProjects;
  if (!haveSameNames(old.otherContainers, containers)) return [...inProjects, { kind: 'otherContainers', containers }];
  return [...inProjects, ...changedContainers(old.otherContainers, containers, { kind: 'others', containers })];
}

function partsOfProject(before: ComposeProject | undefined, project: ComposeProject): readonly ChangedPart[] {
  if (project === before) return [];
  if (before === undefined || !isSameLine(before, project)) return [{ kind: 'project', project }];
  return project.services.flatMap((service, index) => partsOfService(before.services[index], service, project));
}

/** Whether the project's own line and the lines of its services are the same but for what the services hold. */
function isSameLine(before: ComposeProject, after: ComposeProject): boolean {
  return (
    haveSameNames(before.services, after.services) &&
    before.workingDirectory === after.workingDirectory &&
    before.configFiles.join('\0') === after.configFiles.join('\0') &&
    before.services.some(({ isGateway }) => isGateway) === after.services.some(({ isGateway }) => isGateway) &&
    countsOf(containersOf(before)) === countsOf(containersOf(after))
  );
}

function partsOfService(
  before: ComposeService | undefined,
  service: ComposeService,
  project: ComposeProject,
): readonly ChangedPart[] {
  if (service === before) return [];
  const { containers } = service;
  const [only] = containers;
  const isSameService =
    before !== undefined &&
    before.isGateway === service.isGateway &&
    haveSameNames(before.containers, containers) &&
    countsOf(before.containers) === countsOf(containers) &&
    worstCondition(before.containers) === worstCondition(containers) &&
    // The line of a service with one container tells that container's state.
    (containers.length !== 1 || before.containers[0]?.status === only?.status);
  if (!isSameService) return [{ kind: 'service', project, service }];
  return changedContainers(before.containers, containers, { kind: 'service', project, service });
}

/** Of two lists with the same names. */
function changedContainers(
  before: readonly Container[],
  after: readonly Container[],
  place: ContainerPlace,
): readonly ChangedPart[] {
  return after.flatMap((container, index): readonly ChangedPart[] =>
    container === before[index] ? [] : [{ kind: 'container', container, place }],
  );
}

function countsOf(containers: readonly Container[]): string {
  return `${containers.filter(({ state }) => state === 'running').length}/${containers.length}`;
}

function haveSameNames(
  before: readonly { readonly name: string }[],
  after: readonly { readonly name: string }[],
): boolean {
  return before.length === after.length && before.every(({ name }, index) => name === after[index]?.name);
}
