import type { BinaryCatalog } from '../binaries/BinaryCatalog.ts';
import { type ProjectBinaries, projectBinaries } from '../binaries/projectBinaries.ts';
import type { ComposeFile, ComposeService } from '../compose/ComposeFile.ts';
import { interpolate } from '../compose/interpolate.ts';
import { parseCompose } from '../compose/parseCompose.ts';
import { type Dockerfile, parseDockerfile } from '../dockerfile/parseDockerfile.ts';
import { type Stage, targetStage } from '../dockerfile/stages.ts';
import { FileCache } from '../text/FileCache.ts';
import { MappedText } from '../text/MappedText.ts';
import { Remembering } from '../text/Remembering.ts';
import type { TextRange } from '../text/TextRange.ts';
import { ImageFiles } from './ImageFiles.ts';
import { isComposePath, isDockerfilePath } from './isProjectFile.ts';
import type { ProjectFiles } from './ProjectFiles.ts';
import { isWithin, parentFolder, resolvePath } from './paths.ts';
import { readEnvFile } from './readEnvFile.ts';

/** A Dockerfile and what it builds, with the compose services that run it. */
export interface ProjectImage {
  readonly path: string;
  readonly dockerfile: Dockerfile;
  readonly stage: Stage;
  readonly files: ImageFiles;
  /** None: nothing in the project says how it is run. */
  readonly services: readonly ProjectService[];
}

/** What somebody has read of a project. */
export interface ProjectReads {
  readonly root: string;
  /** By path; `undefined`: it was not there. */
  readonly texts: Map<string, string | undefined>;
  /** All paths of the project, where they were asked for. */
  paths: readonly string[] | undefined;
}

export interface ProjectService {
  readonly path: string;
  readonly compose: ComposeFile;
  readonly service: ComposeService;
  readonly variables: ReadonlyMap<string, string>;
}

const parsedDockerfiles = new FileCache(parseDockerfile);
const parsedComposeFiles = new FileCache((text) => parseCompose(text));
const mappedTexts = new FileCache((text) => new MappedText(text, 0));

/** The project's files and how they belong together. Made anew for each lint; parse results are remembered by text. */
export class ProjectModel extends Remembering {
  readonly root: string;
  readonly dockerfiles: readonly { readonly path: string; readonly dockerfile: Dockerfile }[];
  readonly composeFiles: readonly { readonly path: string; readonly compose: ComposeFile }[];
  readonly services: readonly ProjectService[];
  readonly images: readonly ProjectImage[];
  /** Built of Dockerfiles that stand in a compose file (`dockerfile_inline`), whose path they have. */
  readonly inlineImages: readonly ProjectImage[];
  /** All that images are built of: the Dockerfiles, and those that stand in a compose file. */
  readonly buildFiles: readonly { readonly path: string; readonly dockerfile: Dockerfile }[];
  readonly #project: ProjectFiles;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #missing = new Set<string>();
  readonly #paths: readonly string[];
  #reads: ProjectReads | undefined;

  static #readBinaries(model: ProjectModel): ProjectBinaries {
    return projectBinaries(model.#project);
  }

  /** `before`: the model that this one takes the place of. */
  constructor(project: ProjectFiles, before?: ProjectModel) {
    super();
    this.root = project.root;
    this.#project = project;
    this.#texts = project.texts;
    this.#paths = before?.hasPaths(project.texts) === true ? before.#paths : [...project.texts.keys()];
    const dockerfiles: { path: string; dockerfile: Dockerfile }[] = [];
    const composeFiles: { path: string; compose: ComposeFile }[] = [];
    for (const [path, text] of project.texts) {
      if (isDockerfilePath(path)) dockerfiles.push({ path, dockerfile: parsedDockerfiles.get(path, text) });
      else if (isComposePath(path)) composeFiles.push({ path, compose: parsedComposeFiles.get(path, text) });
    }
    // Files under any name that others include or extend; those may do so too.
    for (const { path, compose } of composeFiles) {
      for (const named of namedFiles(path, compose)) {
        if (isComposePath(named) || composeFiles.some((known) => known.path === named)) continue;
        const text = this.read(named);
        if (text !== undefined) composeFiles.push({ path: named, compose: parsedComposeFiles.get(named, text) });
      }
    }
    this.composeFiles = composeFiles;
    const includers = includersOf(composeFiles);
    this.services = composeFiles.flatMap(({ path, compose }) => {
      const variables = this.#variablesFor(path, includers);
      return compose.services.map((service) => ({ path, compose, service, variables }));
    });
    const images = new Map<
      string,
      { path: string; dockerfile: Dockerfile; stage: Stage; files: ImageFiles; services: ProjectService[] }
    >();
    for (const service of this.services) {
      const built = this.#buildOf(service);
      if (built === undefined) continue;
      const known = dockerfiles.find((entry) => entry.path === built.path);
      const text = known === undefined ? this.read(built.path) : undefined;
      const dockerfile =
        known?.dockerfile ?? (text === undefined ? undefined : parsedDockerfiles.get(built.path, text));
      if (dockerfile === undefined) continue;
      if (known === undefined) dockerfiles.push({ path: built.path, dockerfile });
      const stage = targetStage(dockerfile, built.target);
      if (stage === undefined) continue;
      const key = `${built.path}\n${stage.index}\n${built.context}`;
      const image = images.get(key);
      if (image !== undefined) image.services.push(service);
      else {
        const files = new ImageFiles(dockerfile, built.path, [built.context], (path) => this.readText(path));
        images.set(key, { path: built.path, dockerfile, stage, files, services: [service] });
      }
    }
    const built = new Set([...images.values()].map((image) => image.path));
    for (const { path, dockerfile } of dockerfiles) {
      const stage = targetStage(dockerfile);
      if (built.has(path) || stage === undefined) continue;
      const files = new ImageFiles(dockerfile, path, this.#foldersUp(parentFolder(path)), (wanted) =>
        this.readText(wanted),
      );
      images.set(path, { path, dockerfile, stage, files, services: [] });
    }
    this.dockerfiles = dockerfiles;
    this.images = [...images.values()];
    this.inlineImages = this.services
      .map((service) => this.#inlineImage(service))
      .filter((image) => image !== undefined);
    this.buildFiles = this.inlineImages.length === 0 ? dockerfiles : [...dockerfiles, ...this.inlineImages];
  }

  /** The binaries that can be baked in, the project's own among them. */
  get binaries(): ProjectBinaries {
    return this.remember(ProjectModel.#readBinaries);
  }

  get catalog(): BinaryCatalog {
    return this.binaries.catalog;
  }

  /** The same list as in the model before as long as no file comes or goes. */
  get paths(): readonly string[] {
    if (this.#reads !== undefined) this.#reads.paths = this.#paths;
    return this.#paths;
  }

  hasPaths(texts: ReadonlyMap<string, string>): boolean {
    if (texts.size !== this.#paths.length) return false;
    let at = 0;
    for (const path of texts.keys()) if (this.#paths[at++] !== path) return false;
    return true;
  }

  /** What the action makes of the project's files, and what it has read for that. */
  reading<T>(action: () => T): { readonly value: T; readonly reads: ProjectReads } {
    const reads: ProjectReads = { root: this.root, texts: new Map(), paths: undefined };
    this.#reads = reads;
    try {
      return { value: action(), reads };
    } finally {
      this.#reads = undefined;
    }
  }

  /** Who reads the same here gets the same. Files that are missing are noted as wanted, as if they had been read. */
  holds({ root, texts, paths }: ProjectReads): boolean {
    if (root !== this.root || (paths !== undefined && paths !== this.#paths)) return false;
    for (const [path, text] of texts) if (this.read(path) !== text) return false;
    return true;
  }

  /** The file's text; a missing one is noted as wanted. */
  read(path: string): string | undefined {
    const text = this.#texts.get(path);
    if (text === undefined && isWithin(this.root, path)) this.#missing.add(path);
    this.#reads?.texts.set(path, text);
    return text;
  }

  /** The file as text that knows its offsets: the same object as long as the file does not change. */
  readText(path: string): MappedText | undefined {
    const text = this.read(path);
    return text === undefined ? undefined : mappedTexts.get(path, text);
  }

  /** Paths that were asked for and are not there. */
  get missing(): ReadonlySet<string> {
    return this.#missing;
  }

  /** Whether a place is in a Dockerfile that stands in a compose file. */
  isInline(path: string, offset: number): boolean {
    return this.inlineImages.some(({ path: at, dockerfile: { instructions } }) => {
      const [first, last] = [instructions[0], instructions.at(-1)];
      return at === path && first !== undefined && offset >= first.range.start && offset <= (last ?? first).range.end;
    });
  }

  /** A host path of a service's mount, as a path of the project. */
  hostPath(service: ProjectService, source: string): string {
    return resolvePath(parentFolder(service.path), interpolate(source, service.variables));
  }

  #inlineImage(service: ProjectService): ProjectImage | undefined {
    const { build } = service.service;
    if (build?.dockerfileInline === undefined) return undefined;
    const { path, compose } = service;
    const text = inPlace(compose.text, build.dockerfileInline.range);
    if (text === undefined) return undefined;
    const dockerfile = parsedDockerfiles.get(`${path}\n${service.service.name}`, text);
    const stage = targetStage(dockerfile, build.target);
    if (stage === undefined) return undefined;
    const context = this.hostPath(service, build.context);
    const files = new ImageFiles(dockerfile, path, [context], (wanted) => this.readText(wanted));
    return { path, dockerfile, stage, files, services: [service] };
  }

  #buildOf(
    service: ProjectService,
  ): { readonly path: string; readonly context: string; readonly target: string | undefined } | undefined {
    const { build } = service.service;
    if (build === undefined || build.dockerfileInline !== undefined) return undefined;
    const context = this.hostPath(service, build.context);
    const named = build.dockerfile === undefined ? undefined : interpolate(build.dockerfile, service.variables);
    const target = build.target === undefined ? undefined : interpolate(build.target, service.variables);
    if (named !== undefined) return { path: resolvePath(context, named), context, target };
    const container = `${context}/Containerfile`;
    const usesContainerfile = !this.#texts.has(`${context}/Dockerfile`) && this.#texts.has(container);
    return { path: usesContainerfile ? container : resolvePath(context, 'Dockerfile'), context, target };
  }

  /** `.env` beside the file; what the project knows that includes the file counts more (https://docs.docker.com/reference/compose-file/include/). */
  #variablesFor(path: string, includers: ReadonlyMap<string, Includer>, depth = 0): ReadonlyMap<string, string> {
    const includer = includers.get(path);
    const own = includer?.envFiles[0] === undefined ? [resolvePath(parentFolder(path), '.env')] : includer.envFiles;
    const texts = own.map((file) => this.#texts.get(file)).filter((text) => text !== undefined);
    const inherited =
      includer === undefined || depth > 8 ? [] : this.#variablesFor(includer.path, includers, depth + 1);
    return new Map([...texts.flatMap((text) => [...readEnvFile(text)]), ...inherited]);
  }

  /** The folder and those above it, up to the root. */
  #foldersUp(folder: string): readonly string[] {
    const folders = [folder];
    for (let at = folder; at !== this.root && isWithin(this.root, at) && at !== '/'; ) {
      at = parentFolder(at);
      folders.push(at);
    }
    return folders;
  }
}

/** A block scalar (`|`) with nothing around it and each character where it is in the file: the blanks before its lines do no harm. */
function inPlace(text: string, { start, end }: TextRange): string | undefined {
  const header = /^\|[-+\d]*[ \t]*(?:#.*)?\r?\n/.exec(text.slice(start, end))?.[0];
  if (header === undefined) return undefined;
  const from = start + header.length;
  return text.slice(0, from).replace(/[^\n]/g, ' ') + text.slice(from, end);
}

/** Paths of the compose files that one includes, or extends services of. */
function namedFiles(path: string, { includes, services }: ComposeFile): readonly string[] {
  const included = includes.flatMap(({ paths }) => paths);
  const extended = services.flatMap(({ extends: base }) => base?.file ?? []);
  return [...included, ...extended]
    .filter((file) => /\.ya?ml$/i.test(file) && !file.includes('$'))
    .map((file) => resolvePath(parentFolder(path), file));
}

interface Includer {
  readonly path: string;
  /** Those that the include names; none: the `.env` beside the included file. */
  readonly envFiles: readonly string[];
}

/** By included file, who includes it. */
function includersOf(
  files: readonly { readonly path: string; readonly compose: ComposeFile }[],
): ReadonlyMap<string, Includer> {
  const includers = new Map<string, Includer>();
  for (const { path, compose } of files) {
    const resolved = (file: string): string => resolvePath(parentFolder(path), file);
    for (const { paths, envFiles } of compose.includes) {
      for (const file of paths) includers.set(resolved(file), { path, envFiles: envFiles.map(resolved) });
    }
  }
  return includers;
}
