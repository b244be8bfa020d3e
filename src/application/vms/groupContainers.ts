import { isGatewayService } from '../../core/gateway/isGatewayService.ts';
import type { Container } from '../ports/Engine.ts';
import type { ComposeProject, ComposeService } from './MachineState.ts';

/** Projects and other containers sorted by name; within a project the gateway's service first, then by name. */
export interface GroupedContainers {
  readonly projects: readonly ComposeProject[];
  readonly otherContainers: readonly Container[];
}

/** An engine's containers as the sidebar shows them: by compose project and service, from their labels, and the others. */
export function groupContainers(containers: readonly Container[]): GroupedContainers {
  const projects = new Map<string, ProjectDraft>();
  const otherContainers: Container[] = [];
  for (const container of containers) {
    const labels = container.compose;
    if (labels === undefined) {
      otherContainers.push(container);
      continue;
    }
    const project = projects.get(labels.project) ?? {
      workingDirectory: labels.workingDirectory,
      configFiles: labels.configFiles,
      services: new Map<string, Container[]>(),
    };
    projects.set(labels.project, project);
    project.services.set(labels.service, [...(project.services.get(labels.service) ?? []), container]);
  }
  return {
    projects: [...projects].map(([name, draft]) => projectOf(name, draft)).sort(byName),
    otherContainers: otherContainers.sort(byName),
  };
}

/**
 * The groups after some containers changed: those with `ids` are now as in `found`, or gone. Whatever looks as before, up to the
 * groups themselves, stays the same value, so that a comparison of references tells what changed.
 */
export function regroupContainers(
  before: GroupedContainers,
  ids: ReadonlySet<string>,
  found: readonly Container[],
): GroupedContainers {
  const known = new Map<string, Container>();
  const touchedProjects = new Set(found.flatMap(({ compose }) => compose?.project ?? []));
  for (const project of before.projects) {
    for (const container of containersOf(project)) {
      if (!ids.has(container.id)) continue;
      known.set(container.id, container);
      touchedProjects.add(project.name);
    }
  }
  for (const container of before.otherContainers) if (ids.has(container.id)) known.set(container.id, container);
  const current = found.map((container) => sameOr(known.get(container.id), container));
  const untouched = ({ id }: Container): boolean => !ids.has(id);

  const own = current.filter(({ compose }) => compose === undefined);
  const others = [...before.otherContainers.filter(untouched), ...own].sort(byName);
  const otherContainers = sameListOr(before.otherContainers, others);
  const projects = before.projects.filter(({ name }) => !touchedProjects.has(name));
  for (const name of touchedProjects) {
    const old = before.projects.find((project) => project.name === name);
    const kept = old === undefined ? [] : containersOf(old).filter(untouched);
    const members = [...kept, ...current.filter(({ compose }) => compose?.project === name)];
    projects.push(...groupContainers(members).projects.map((project) => sameProjectOr(old, project)));
  }
  const sameProjects = sameListOr(before.projects, projects.sort(byName));
  return sameProjects === before.projects && otherContainers === before.otherContainers
    ? before
    : { projects: sameProjects, otherContainers };
}

export function containersOf(project: ComposeProject): readonly Container[] {
  return project.services.flatMap(({ containers }) => containers);
}

/** Whether `docker compose run` made it: such containers carry the labels of their service but are not the service. */
export function isOneOff(container: Container): boolean {
  return /-run-[0-9a-f]{8,}$/.test(container.name);
}

interface ProjectDraft {
  readonly workingDirectory: string;
  readonly configFiles: readonly string[];
  readonly services: Map<string, Container[]>;
}

function projectOf(name: string, draft: ProjectDraft): ComposeProject {
  const services = [...draft.services].map(([service, containers]) => serviceOf(service, containers));
  return {
    name,
    workingDirectory: draft.workingDirectory,
    configFiles: draft.configFiles,
    services: services.sort((a, b) => Number(b.isGateway) - Number(a.isGateway) || byName(a, b)),
  };
}

function serviceOf(name: string, containers: readonly Container[]): ComposeService {
  return {
    name,
    isGateway: containers.some(({ image, command }) => isGatewayService({ service: name, image, command })),
    containers: [...containers].sort(byName),
  };
}

// `localeCompare` with options makes a new one of these at each call.
const collator = new Intl.Collator('en', { numeric: true });

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return collator.compare(a.name, b.name);
}

function sameProjectOr(before: ComposeProject | undefined, after: ComposeProject): ComposeProject {
  if (before === undefined) return after;
  const services = after.services.map((service) => {
    const old = before.services.find(({ name }) => name === service.name);
    if (old === undefined) return service;
    const containers = sameListOr(old.containers, service.containers);
    return containers === old.containers && old.isGateway === service.isGateway ? old : { ...service, containers };
  });
  const same = { ...after, services: sameListOr(before.services, services) };
  const isSame =
    same.services === before.services &&
    same.workingDirectory === before.workingDirectory &&
    same.configFiles.join('\0') === before.configFiles.join('\0');
  return isSame ? before : same;
}

function sameListOr<Value>(before: readonly Value[], after: readonly Value[]): readonly Value[] {
  return before.length === after.length && before.every((value, index) => value === after[index]) ? before : after;
}

function sameOr(before: Container | undefined, after: Container): Container {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
