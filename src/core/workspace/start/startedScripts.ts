import type { ComposeService } from '../../compose/ComposeFile.ts';
import type { ProjectImage, ProjectModel, ProjectReads } from '../ProjectModel.ts';
import { platformStarts } from './platformStarts.ts';
import type { StartedScript } from './StartedScript.ts';
import { StartWalker } from './StartWalker.ts';

/** Everything that the project's containers run at start, as far as the project's files say. */
export function startedScripts(model: ProjectModel): readonly StartedScript[] {
  return model.remember(findStarted);
}

function findStarted(model: ProjectModel): readonly StartedScript[] {
  const scripts: StartedScript[] = [];
  for (const image of model.images) {
    if (image.services.length === 0) scripts.push(...startedByImage(model, image));
    for (const service of image.services) scripts.push(...new StartWalker(model, image, service).walk());
  }
  for (const image of model.inlineImages)
    for (const service of image.services) scripts.push(...new StartWalker(model, image, service).walk());
  for (const platform of platformStarts(model))
    scripts.push(...new StartWalker(model, platform.image, undefined).walkPlatform(platform));
  const built = new Set([...model.images, ...model.inlineImages].flatMap((image) => image.services));
  const unused = model.images.filter((image) => image.services.length === 0);
  for (const service of model.services) {
    if (built.has(service)) continue;
    const likely = isFromElsewhere(service.service) ? [] : unused;
    scripts.push(...new StartWalker(model, undefined, service, likely).walk());
  }
  return scripts;
}

/**
 * What an image starts that no service runs. In a collection of many images an edit leaves most of them as they are: what was found out
 * holds as long as the files that were read are the same.
 */
function startedByImage(model: ProjectModel, image: ProjectImage): readonly StartedScript[] {
  const known = image.dockerfile.rememberFor(image.path, notWalked);
  if (known.walk === undefined || !model.holds(known.walk.reads)) {
    const { value, reads } = model.reading(() => new StartWalker(model, image, undefined).walk());
    // Without the image: it belongs to one model only.
    known.walk = { reads, scripts: value.map(({ image: _, ...script }) => script) };
    return value;
  }
  return known.walk.scripts.map((script) => ({ ...script, image }));
}

interface KnownWalk {
  walk?: { readonly reads: ProjectReads; readonly scripts: readonly Omit<StartedScript, 'image'>[] };
}

function notWalked(): KnownWalk {
  return {};
}

/**
 * People build and push an image elsewhere and name it in compose: where the service starts a script by a path that only a Dockerfile of
 * the project makes, it is that image. The images of the official library and of OpenClaw have no such scripts.
 */
function isFromElsewhere({ image, build }: ComposeService): boolean {
  return build !== undefined || image === undefined || officialImage.test(image.value);
}

const officialImage =
  /^(?:docker\.io\/)?(?:library\/)?(?!openclaw\b|clawdbot\b|moltbot\b)[a-z0-9.]+(?:[:@]|$)|^(?:ghcr\.io|docker\.io)\/openclaw\/openclaw\b|^alpine\/openclaw\b/;
