import { gatewayImages } from '../lint/gatewayImages.ts';
import { modelOf } from '../workspace/modelOf.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import { type BakeResult, bakeBinary } from './bakeBinary.ts';
import type { CatalogBinary } from './catalog.ts';

/**
 * Bakes one of the project's binaries into one of its Dockerfiles: into the stage that compose builds of it, the gateway's where it
 * builds several, else into the last one.
 * @param entry - in the place of the project's entry of that name.
 */
export function bakeIntoProject(
  project: ProjectFiles,
  dockerfilePath: string,
  binaryName: string,
  entry?: CatalogBinary,
): BakeResult {
  const model = modelOf(project);
  const catalog = entry === undefined ? model.catalog : model.catalog.with([entry]);
  const images = [...gatewayImages(model).map(({ image }) => image), ...model.images];
  const image = images.find(({ path }) => path === dockerfilePath);
  const text = project.texts.get(dockerfilePath) ?? '';
  return bakeBinary(
    text,
    binaryName,
    image === undefined ? { catalog } : { catalog, target: String(image.stage.index) },
  );
}
