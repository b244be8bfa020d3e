import type { ComposeService } from '../compose/ComposeFile.ts';
import { gatewaySigns } from '../compose/findGatewayServices.ts';
import { interpolate } from '../compose/interpolate.ts';
import { mergeServices } from '../compose/mergeServices.ts';
import { finalState } from '../dockerfile/stageStates.ts';
import { stageChain } from '../dockerfile/stages.ts';
import type { ProjectImage, ProjectModel, ProjectService } from '../workspace/ProjectModel.ts';
import { baseName, parentFolder, resolvePath } from '../workspace/paths.ts';
import { readEnvFile } from '../workspace/readEnvFile.ts';
import type { StartedScript } from '../workspace/start/StartedScript.ts';
import { startedScripts } from '../workspace/start/startedScripts.ts';
import { baseOf } from './baseOf.ts';
import { gatewayInstalls } from './gatewayImages.ts';

/** A gateway service of the project with all that its compose files say about it. */
export interface Gateway {
  readonly name: string;
  /** Where it is defined and what it extends, in the order in which compose reads them. */
  readonly definitions: readonly ProjectService[];
  /** The definition that can stand alone: the place for findings about what is missing. `undefined`: an override whose base is elsewhere. */
  readonly main: ProjectService | undefined;
  /** All definitions together. */
  readonly service: ComposeService;
  /** What compose replaces in the files, as far as `.env` says. */
  readonly variables: ReadonlyMap<string, string>;
  readonly image: ProjectImage | undefined;
  /**
   * What the container's environment holds, as far as the project says: the image's ENV, env files, `environment`. Empty where only
   * the host knows the value.
   */
  readonly environment: ReadonlyMap<string, string>;
  /** A file that the service names is not in the project, so that absence proves nothing. */
  readonly hasUnknownBase: boolean;
}

/** The project's gateway services: one per folder and name, however many files define it. */
export function gatewaysOf(project: ProjectModel): readonly Gateway[] {
  return project.remember(findGateways);
}

/** What the gateway's containers run at start. */
export function startOf(project: ProjectModel, gateway: Gateway): readonly StartedScript[] {
  const byService = project.remember(startsByService);
  const found = [...new Set(gateway.definitions)].flatMap((definition) => byService.get(definition) ?? []);
  return found.sort((a, b) => a.index - b.index).map(({ script }) => script);
}

interface NumberedScript {
  readonly script: StartedScript;
  readonly index: number;
}

function startsByService(project: ProjectModel): ReadonlyMap<ProjectService, readonly NumberedScript[]> {
  const found = new Map<ProjectService, NumberedScript[]>();
  for (const [index, script] of startedScripts(project).entries()) {
    if (script.service === undefined || script.when !== 'start') continue;
    const scripts = found.get(script.service);
    if (scripts === undefined) found.set(script.service, [{ script, index }]);
    else scripts.push({ script, index });
  }
  return found;
}

function findGateways(project: ProjectModel): readonly Gateway[] {
  if (project.services.length === 0) return [];
  const groups = new Map<string, ProjectService[]>();
  for (const service of project.services) {
    const key = `${parentFolder(service.path)}\n${service.service.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [service]);
    else group.push(service);
  }
  const gateways: Gateway[] = [];
  const services = servicesByPlace(project);
  for (const group of groups.values()) {
    const gateway = asGateway(project, group, services);
    if (gateway !== undefined) gateways.push(gateway);
  }
  return gateways;
}

/** By path and name; a name that a file has twice is its first. */
function servicesByPlace(project: ProjectModel): ReadonlyMap<string, ProjectService> {
  const services = new Map<string, ProjectService>();
  for (const service of project.services.toReversed())
    services.set(placeOf(service.path, service.service.name), service);
  return services;
}

function placeOf(path: string, name: string): string {
  return `${path}\n${name}`;
}

function asGateway(
  project: ProjectModel,
  group: readonly ProjectService[],
  services: ReadonlyMap<string, ProjectService>,
): Gateway | undefined {
  const ordered = group.toSorted((a, b) => fileOrder(a.path) - fileOrder(b.path) || (a.path < b.path ? -1 : 1));
  const bases = ordered.map((definition) => extendedBy(services, definition));
  const definitions = [...new Set([...bases.flatMap((base) => base.found), ...ordered])];
  const [first, ...later] = definitions.map(({ service }) => service);
  if (first === undefined) return undefined;
  const merged = mergeServices(first, ...later);
  const name = ordered[0]?.service.name ?? first.name;
  const service = merged.name === name ? merged : { ...merged, name };
  const signs = gatewaySigns(service);
  if (signs === 0) return undefined;
  const image = imageOf(project, definitions);
  if (signs + imageSigns(image) < 2) return undefined;
  const variables = new Map(definitions.flatMap((definition) => [...definition.variables]));
  return {
    name,
    definitions,
    main: ordered.find(({ service: { image: named, build, extends: extended } }) => named ?? build ?? extended),
    service,
    variables,
    image,
    environment: environmentOf(project, definitions, image, variables),
    hasUnknownBase: bases.some((base) => base.isMissing),
  };
}

/** The first image that is built for one of the definitions. */
function imageOf(project: ProjectModel, definitions: readonly ProjectService[]): ProjectImage | undefined {
  const indexes = project.remember(imagesByService);
  const first = Math.min(...definitions.map((definition) => indexes.get(definition) ?? Number.POSITIVE_INFINITY));
  return project.images[first];
}

/** Places in `images`. */
function imagesByService(project: ProjectModel): ReadonlyMap<ProjectService, number> {
  const indexes = new Map<ProjectService, number>();
  for (const [index, { services }] of project.images.entries())
    for (const service of services) if (!indexes.has(service)) indexes.set(service, index);
  return indexes;
}

/** compose.yml before its override before the others. */
function fileOrder(path: string): number {
  const name = baseName(path);
  if (/^(?:docker-|podman-)?compose\.ya?ml$/i.test(name)) return 0;
  return /override/i.test(name) ? 1 : 2;
}

function extendedBy(
  services: ReadonlyMap<string, ProjectService>,
  definition: ProjectService,
  depth = 0,
): { readonly found: readonly ProjectService[]; readonly isMissing: boolean } {
  const extended = definition.service.extends;
  if (extended === undefined) return { found: [], isMissing: false };
  const path =
    extended.file === undefined ? definition.path : resolvePath(parentFolder(definition.path), extended.file);
  const base = services.get(placeOf(path, extended.service));
  if (base === undefined || depth > 8) return { found: [], isMissing: true };
  const deeper = extendedBy(services, base, depth + 1);
  return { found: [...deeper.found, base], isMissing: deeper.isMissing };
}

function imageSigns(image: ProjectImage | undefined): number {
  if (image === undefined) return 0;
  if (stageChain(image.stage).some(({ base }) => isOfficialImage(base))) return 2;
  const installs = gatewayInstalls(image.dockerfile);
  if (stageChain(image.stage).some((stage) => installs.has(stage))) return 2;
  return /\b(?:openclaw|clawdbot|moltbot)(?:@|\.mjs)/i.test(image.dockerfile.text) ? 1 : 0;
}

/** An image whose gateway runs as `node` with its state below `/home/node`: the project's own, its mirrors, a build of its repository. */
export function isOfficialImage(image: string): boolean {
  return /^(?:(?:ghcr\.io\/|docker\.io\/)?(?:openclaw[\w-]*|clawdbot|moltbot|alpine)\/(?:openclaw|clawdbot|moltbot)(?::[\w.-]+)?|(?:openclaw|clawdbot|moltbot):local[\w.-]*)(?:@sha256:\w+)?$/i.test(
    image,
  );
}

/** The gateway runs such an image, or one under a name of this machine whose command is that of the repository's own image. */
export function runsOfficialImage(gateway: Gateway): boolean {
  const image = baseImageOf(gateway);
  if (isOfficialImage(image)) return true;
  if (gateway.image !== undefined || !/^(?:openclaw|clawdbot|moltbot)(?::[\w.-]+)?$/i.test(image)) return false;
  return (gateway.service.command?.words ?? []).some(({ value }) => /^(?:dist\/index\.js|openclaw\.mjs)$/.test(value));
}

/** The image that the gateway runs or is built on, variables replaced; empty where the project's files do not say. */
export function baseImageOf(gateway: Gateway): string {
  if (gateway.image !== undefined) return baseOf(gateway.image)?.name ?? '';
  return gateway.service.build === undefined ? interpolate(gateway.service.image?.value ?? '', gateway.variables) : '';
}

/** A file for a developer's own machine or for tests, whose containers are meant to end. */
export function isShortLived(project: ProjectModel, path: string): boolean {
  const inside = path.slice(project.root.length);
  return (
    /(?:^|[._-])(?:dev|devel|development|local|debug|test|tests|testing|ci|e2e|smoke)[._-]/i.test(baseName(inside)) ||
    /\/(?:tests?|e2e|\.devcontainer|\.github)\//i.test(inside)
  );
}

function environmentOf(
  project: ProjectModel,
  definitions: readonly ProjectService[],
  image: ProjectImage | undefined,
  variables: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const environment = new Map(image === undefined ? [] : finalState(image.stage).variables);
  for (const { path, service } of definitions) {
    for (const file of service.envFiles) {
      const text = project.read(resolvePath(parentFolder(path), interpolate(file.value, variables)));
      for (const [name, value] of text === undefined ? [] : readEnvFile(text)) environment.set(name, value);
    }
  }
  for (const { service } of definitions) {
    for (const { name, value } of service.environment) {
      // Of a variable that is passed on from the host only the name is known.
      environment.set(name, value === undefined ? (variables.get(name) ?? '') : interpolate(value.value, variables));
    }
  }
  return environment;
}
