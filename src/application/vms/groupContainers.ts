import { isGatewayService } from '../../core/gateway/isGatewayService.ts';
import type { Container } from '../ports/Engine.ts';
import type { ComposeProject, ComposeService } from './MachineState.ts';

/** An engine's containers as the sidebar shows them: by compose project and service, from their labels, and the others. */
export function groupContainers(containers: readonly Container[]): {
  readonly projects: readonly ComposeProject[];
  readonly otherContainers: readonly Container[];
} {
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

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}
