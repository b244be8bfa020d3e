import { stageChain } from '../dockerfile/stages.ts';
import { isGatewayService } from '../gateway/isGatewayService.ts';
import type { ProjectImage, ProjectModel, ProjectService } from '../workspace/ProjectModel.ts';
import { type Base, baseOf, isOfficialGateway } from './baseOf.ts';
import { gatewayPackage } from './gatewayPackage.ts';
import { installCommands } from './installCommands.ts';
import { runScripts } from './runScripts.ts';

/** An image of the project that holds a gateway. */
export interface GatewayImage {
  readonly image: ProjectImage;
  /** `undefined` where the project's files do not say what it is built on. */
  readonly base: Base | undefined;
}

/** Images that the project builds for a gateway: built on an official one, with the package installed, or run by a gateway service. */
export function gatewayImages(model: ProjectModel): readonly GatewayImage[] {
  let images = known.get(model);
  if (images === undefined) {
    images = model.images.filter((image) => isGateway(model, image)).map((image) => ({ image, base: baseOf(image) }));
    known.set(model, images);
  }
  return images;
}

const known = new WeakMap<ProjectModel, readonly GatewayImage[]>();

function isGateway(model: ProjectModel, image: ProjectImage): boolean {
  const base = baseOf(image);
  if (base !== undefined && isOfficialGateway(base.repository)) return true;
  if (image.services.some(isGatewayProjectService)) return true;
  const chain = new Set(stageChain(image.stage));
  return runScripts(model).some(
    (run) =>
      run.dockerfile === image.dockerfile &&
      chain.has(run.stage) &&
      installCommands(run.commands).some((install) => install.kind === 'npm' && install.names.some(gatewayPackage)),
  );
}

export function isGatewayProjectService({ service }: ProjectService): boolean {
  const command = [...(service.entrypoint?.words ?? []), ...(service.command?.words ?? [])]
    .map((word) => word.value)
    .join(' ');
  return isGatewayService({ service: service.name, image: service.image?.value ?? '', command });
}
