import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { type Stage, stageChain, stagesOf } from '../dockerfile/stages.ts';
import { isGatewayService } from '../gateway/isGatewayService.ts';
import type { ShellCommand } from '../shell/ShellScript.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { ProjectImage, ProjectModel, ProjectService } from '../workspace/ProjectModel.ts';
import { type Base, baseOf, isOfficialGateway } from './baseOf.ts';
import { installCommands } from './installCommands.ts';
import { RunFilter } from './RunFilter.ts';
import { runsOfStage } from './runScripts.ts';

/** An image of the project that holds a gateway. */
export interface GatewayImage {
  readonly image: ProjectImage;
  /** `undefined` where the project's files do not say what it is built on. */
  readonly base: Base | undefined;
}

/** Images that the project builds for a gateway: built on an official one, with the package installed, or run by a gateway service. */
export function gatewayImages(model: ProjectModel): readonly GatewayImage[] {
  return model.remember(findImages);
}

function findImages({ images }: ProjectModel): readonly GatewayImage[] {
  return images.filter(isGateway).map((image) => ({ image, base: baseOf(image) }));
}

function isGateway(image: ProjectImage): boolean {
  const base = baseOf(image);
  if (base !== undefined && isOfficialGateway(base.repository)) return true;
  if (image.services.some(isGatewayProjectService)) return true;
  const stages = gatewayInstalls(image.dockerfile);
  return stageChain(image.stage).some((stage) => stages.has(stage));
}

/** The stages that install the gateway's package, and the command and version with which they do. */
export function gatewayInstalls(dockerfile: Dockerfile): ReadonlyMap<Stage, GatewayInstall> {
  return dockerfile.remember(findInstalls);
}

export interface GatewayInstall {
  readonly name: string;
  /** As asked for: a version, a range, a tag, or '' for the newest. */
  readonly version: string;
  readonly range: TextRange;
}

function findInstalls(dockerfile: Dockerfile): ReadonlyMap<Stage, GatewayInstall> {
  const found = new Map<Stage, GatewayInstall>();
  for (const stage of stagesOf(dockerfile)) {
    const install = stage.remember(lastInstall);
    if (install !== undefined) found.set(stage, install);
  }
  return found;
}

function lastInstall(stage: Stage): GatewayInstall | undefined {
  for (const run of runsOfStage(stage).toReversed()) {
    if (!mayNameGateway.covers(run)) continue;
    for (const { commands } of run.texts.toReversed()) {
      const install = gatewayInstall(commands);
      if (install !== undefined) return install;
    }
  }
  return undefined;
}

/** RUNs that may do something with the gateway's package or source. */
export const mayNameGateway = new RunFilter(['openclaw', 'clawdbot', 'moltbot']);

/** The last command that installs the gateway's package. */
export function gatewayInstall(commands: readonly ShellCommand[]): GatewayInstall | undefined {
  let found: GatewayInstall | undefined;
  for (const install of installCommands(commands)) {
    if (install.kind !== 'npm') continue;
    for (const specifier of install.names) {
      const match = /^(openclaw|clawdbot|moltbot)(?:@(.*))?$/.exec(specifier);
      if (match !== null) found = { name: match[1] ?? '', version: match[2] ?? '', range: install.range };
    }
  }
  return found;
}

export function isGatewayProjectService({ service }: ProjectService): boolean {
  const command = [...(service.entrypoint?.words ?? []), ...(service.command?.words ?? [])]
    .map((word) => word.value)
    .join(' ');
  return isGatewayService({ service: service.name, image: service.image?.value ?? '', command });
}
