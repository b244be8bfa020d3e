import type { ShellWord } from '../../shell/ShellWord.ts';
import type { ContainerFile } from '../ImageFiles.ts';
import type { ProjectImage, ProjectModel, ProjectService } from '../ProjectModel.ts';
import { baseName, isWithin, parentFolder, resolvePath } from '../paths.ts';

/** The files that a started container sees, as far as they are files of the project: mounts first, then the image. */
export class ContainerFiles {
  readonly #model: ProjectModel;
  readonly #image: ProjectImage | undefined;
  readonly #service: ProjectService | undefined;
  readonly #likely: readonly ProjectImage[];

  /** `likely`: where the service names an image that nothing here builds under that name, those that it may be. */
  constructor(
    model: ProjectModel,
    image: ProjectImage | undefined,
    service: ProjectService | undefined,
    likely: readonly ProjectImage[] = [],
  ) {
    this.#model = model;
    this.#image = image;
    this.#service = service;
    this.#likely = likely;
  }

  /** The file at an absolute path of the container. */
  at(path: string): ContainerFile | undefined {
    return this.#mounted(path) ?? this.#image?.files.find(this.#image.stage, path);
  }

  /** Files anywhere below a folder of the container, in the order of their paths there. */
  below(folder: string, isWanted: (inContainer: string) => boolean = () => true): readonly ContainerFile[] {
    return this.#pathsBelow(folder)
      .filter(isWanted)
      .map((path) => this.at(path))
      .filter((file) => file !== undefined);
  }

  #pathsBelow(folder: string): readonly string[] {
    const paths = new Set(this.#image?.files.pathsBelow(this.#image.stage, folder, this.#model.paths) ?? []);
    for (const path of this.#mountedPaths(folder)) paths.add(path);
    return [...paths].sort();
  }

  /**
   * The script that a word of a command names: a path, a name on PATH, or a path relative to the script that names it.
   * `isScript`: a shell gets it as its argument, so a bare name is a file of the working directory.
   */
  script(
    word: ShellWord,
    isScript: boolean,
    workdir: string,
    scriptFolder: string | undefined,
  ): ContainerFile | undefined {
    const { value } = word;
    if (!word.isStatic) return this.#besideScript(value, scriptFolder);
    if (value.includes('/')) {
      const path = resolvePath(workdir, value);
      return this.at(path) ?? this.#likelyAt(path) ?? this.#besideScript(value, scriptFolder);
    }
    if (isScript) {
      const here = this.at(resolvePath(workdir, value));
      if (here !== undefined) return here;
    }
    if (!looksLikeScript.test(value)) return undefined;
    for (const folder of searchPath) {
      const file = this.at(`${folder}/${value}`) ?? this.#likelyAt(`${folder}/${value}`);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  #likelyAt(path: string): ContainerFile | undefined {
    for (const { files, stage } of this.#likely) {
      const file = files.find(stage, path);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  /** The files that a word with a pattern in its last part stands for: `/init.d/*.sh`, `"$(dirname "$0")"/steps/*`. */
  matching(value: string, workdir: string, scriptFolder: string | undefined): readonly ContainerFile[] {
    const slash = value.lastIndexOf('/');
    const name = nameExpression(value.slice(slash + 1));
    const folder = value.slice(0, slash);
    if (name === undefined || /[*?]/.test(folder)) return [];
    if (!folder.includes('$')) {
      const inside = resolvePath(workdir, folder === '' ? '/' : folder);
      return this.below(inside, (path) => parentFolder(path) === inside && name.test(baseName(path)));
    }
    const tail = besideTail.exec(`${folder}/`)?.[1];
    if (tail === undefined || scriptFolder === undefined) return [];
    const beside = resolvePath(scriptFolder, tail === '' ? '.' : tail);
    return [...this.#model.paths].sort().flatMap((path) => {
      if (parentFolder(path) !== beside || !name.test(baseName(path))) return [];
      const text = this.#model.readText(path);
      return text === undefined ? [] : { path, text };
    });
  }

  /** `"$(dirname "$0")/lib.sh"`, `"$SCRIPT_DIR/lib.sh"`: people name the folder of the script in many ways. */
  #besideScript(value: string, scriptFolder: string | undefined): ContainerFile | undefined {
    if (scriptFolder === undefined) return undefined;
    const tail = besideFile.exec(value)?.[1];
    if (tail === undefined) return undefined;
    const path = resolvePath(scriptFolder, tail);
    const text = this.#model.readText(path);
    return text === undefined ? undefined : { path, text };
  }

  #mounted(path: string): ContainerFile | undefined {
    if (this.#service === undefined) return undefined;
    for (const mount of this.#service.service.mounts) {
      const target = mount.target.replace(/\/$/, '');
      if (mount.kind !== 'bind' || target === '' || !isWithin(target, path)) continue;
      if (mount.content !== undefined && target === path) return { path: this.#service.path, text: mount.content };
      const file = resolvePath('/', this.#model.hostPath(this.#service, mount.source) + path.slice(target.length));
      const text = this.#model.readText(file);
      if (text !== undefined) return { path: file, text };
    }
    return this.#configAt(path, this.#service);
  }

  /** What `configs` of compose puts there. */
  #configAt(path: string, service: ProjectService): ContainerFile | undefined {
    const name = service.service.configs.find(({ target }) => resolvePath('/', target) === path)?.name;
    const config = name === undefined ? undefined : service.compose.configs.find((entry) => entry.name === name);
    if (config?.content !== undefined) return { path: service.path, text: config.content };
    const file = config?.file === undefined ? undefined : this.#model.hostPath(service, config.file);
    const text = file === undefined ? undefined : this.#model.readText(file);
    return file === undefined || text === undefined ? undefined : { path: file, text };
  }

  *#mountedPaths(folder: string): Iterable<string> {
    for (const mount of this.#service?.service.mounts ?? []) {
      if (mount.kind !== 'bind' || this.#service === undefined) continue;
      const source = this.#model.hostPath(this.#service, mount.source);
      for (const path of this.#model.paths) {
        if (!isWithin(source, path)) continue;
        const inContainer = resolvePath('/', mount.target + path.slice(source.length));
        if (isWithin(folder, inContainer)) yield inContainer;
      }
    }
  }
}

const besideFile = /^(?:\$\{?\w+\}?|\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\$\{[^}]*\}|`[^`]*`|\.)\/([\w./-]+)$/;
const besideTail = /^(?:\$\{?\w+\}?|\$\([^)]*\)|\$\{[^}]*\}|`[^`]*`|\.)\/((?:[\w.-]+\/)*)$/;

/** A file name's pattern with `*` and `?`. */
function nameExpression(pattern: string): RegExp | undefined {
  if (!/^[\w.*?@+-]+$/.test(pattern) || pattern.length > 100 || pattern.split('*').length > 4) return undefined;
  const expression = pattern.replace(/[.+-]/g, '\\$&').replace(/\*+/g, '[^/]*').replace(/\?/g, '[^/]');
  return new RegExp(`^(?!\\.)${expression}$`);
}

const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const looksLikeScript = /(?:\.(?:sh|bash)$|entry|start|run|init|boot|launch|setup|install|deploy|gateway)/i;
