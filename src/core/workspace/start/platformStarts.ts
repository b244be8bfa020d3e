import { readYaml } from '../../compose/readYaml.ts';
import { YamlReader } from '../../compose/yamlNodes.ts';
import type { DockerCommand } from '../../dockerfile/commandOf.ts';
import { parseShell } from '../../shell/parseShell.ts';
import type { MappedText } from '../../text/MappedText.ts';
import type { ProjectImage, ProjectModel } from '../ProjectModel.ts';
import { baseName, parentFolder, resolvePath } from '../paths.ts';
import { readTomlTexts, type TomlText } from './readTomlTexts.ts';
import type { StartOrigin } from './StartedScript.ts';

/** How a hosting platform starts an image of the project, where its file says so: instead of the image's CMD. */
export interface PlatformStart {
  readonly image: ProjectImage;
  readonly origin: StartOrigin;
  readonly command: DockerCommand;
  /** The image's ENTRYPOINT does not run either. */
  readonly replacesEntrypoint: boolean;
}

/**
 * From `fly.toml` (`[processes]`; https://fly.io/docs/reference/configuration/), `render.yaml` (`dockerCommand`;
 * https://render.com/docs/blueprint-spec) and `railway.json` or `railway.toml` (`startCommand`, in place of the ENTRYPOINT;
 * https://docs.railway.com/deployments/start-command). Services that the platform builds without a Dockerfile are left out.
 */
export function platformStarts(model: ProjectModel): readonly PlatformStart[] {
  const starts: PlatformStart[] = [];
  for (const path of model.paths) {
    const read = readerOf(baseName(path));
    const text = read === undefined ? undefined : model.readText(path);
    if (read === undefined || text === undefined) continue;
    for (const { dockerfile, label, command, replacesEntrypoint } of text.remember(read)) {
      const built = resolvePath(parentFolder(path), dockerfile);
      const image = model.images.find((candidate) => candidate.path === built);
      const run = commandIn(command);
      if (image === undefined || run === undefined) continue;
      starts.push({
        image,
        origin: { path, range: run.range, label },
        command: run,
        replacesEntrypoint: replacesEntrypoint === true,
      });
    }
  }
  return starts;
}

interface Written {
  /** Relative to the file. */
  readonly dockerfile: string;
  readonly label: string;
  readonly command: MappedText;
  readonly replacesEntrypoint?: boolean;
}

type Reader = (text: MappedText) => readonly Written[];

function readerOf(name: string): Reader | undefined {
  if (!/^(?:fly|render|railway)\./.test(name)) return undefined;
  if (/^fly\.(?:[\w-]+\.)?toml$/.test(name)) return readFly;
  if (/^render\.ya?ml$/.test(name)) return readRender;
  if (name === 'railway.json') return readRailwayJson;
  return name === 'railway.toml' ? readRailwayToml : undefined;
}

/** An app has a few kinds of processes. */
const maxProcesses = 50;

/** `release_command` runs before the release, in a machine of its own. */
function readFly(source: MappedText): readonly Written[] {
  const texts = readTomlTexts(source);
  const dockerfile = texts.find(({ table, key }) => table === 'build' && key === 'dockerfile')?.text.text;
  const isBuilt = !texts.some(({ table, key }) => table === 'build' && (key === 'image' || key === 'builder'));
  if (!isBuilt) return [];
  return texts
    .filter(({ table }) => table === 'processes')
    .slice(0, maxProcesses)
    .map(({ key, text }) => ({
      dockerfile: dockerfile ?? 'Dockerfile',
      label: `The process "${key}" of Fly`,
      command: text,
    }));
}

function readRailwayToml(source: MappedText): readonly Written[] {
  const texts = readTomlTexts(source);
  const find = (table: string, key: string): TomlText | undefined =>
    texts.find((entry) => entry.table === table && entry.key === key);
  return railwayStart(
    find('build', 'builder')?.text.text,
    find('build', 'dockerfilePath')?.text.text,
    find('deploy', 'startCommand')?.text,
  );
}

function readRailwayJson({ text }: MappedText): readonly Written[] {
  const yaml = readerFor(text);
  const root = yaml?.root;
  if (yaml === undefined) return [];
  const build = yaml.reader.get(root, 'build');
  return railwayStart(
    yaml.reader.text(yaml.reader.get(build, 'builder'))?.value,
    yaml.reader.text(yaml.reader.get(build, 'dockerfilePath'))?.value,
    yaml.reader.text(yaml.reader.get(yaml.reader.get(root, 'deploy'), 'startCommand'))?.text,
  );
}

function railwayStart(
  builder: string | undefined,
  dockerfile: string | undefined,
  command: MappedText | undefined,
): readonly Written[] {
  if (command === undefined || (builder !== undefined && !/^dockerfile$/i.test(builder))) return [];
  const label = 'The start command of Railway';
  return [{ dockerfile: withoutSlash(dockerfile ?? 'Dockerfile'), label, command, replacesEntrypoint: true }];
}

function readRender({ text }: MappedText): readonly Written[] {
  const yaml = readerFor(text);
  if (yaml === undefined) return [];
  const { reader, root } = yaml;
  return reader.items(reader.get(root, 'services')).flatMap((service): readonly Written[] => {
    const textOf = (key: string): string | undefined => reader.text(reader.get(service, key))?.value;
    const command = reader.text(reader.get(service, 'dockerCommand'))?.text;
    if (command === undefined || (textOf('runtime') ?? textOf('env') ?? 'docker') !== 'docker') return [];
    const dockerfile = resolvePath(
      `/${textOf('rootDir') ?? ''}`,
      withoutSlash(textOf('dockerfilePath') ?? 'Dockerfile'),
    );
    return [
      { dockerfile: dockerfile.slice(1), label: `The command of Render's service "${textOf('name') ?? ''}"`, command },
    ];
  });
}

function readerFor(text: string): { readonly reader: YamlReader; readonly root: unknown } | undefined {
  try {
    // JSON is YAML, and the YAML parser keeps the offsets.
    const document = readYaml(text, { uniqueKeys: false });
    return { reader: new YamlReader(document, text), root: document.contents };
  } catch {
    // Hostile nesting exhausts the parser's stack.
    return undefined;
  }
}

/** Paths from the root of the repository may begin with a slash. */
function withoutSlash(path: string): string {
  return path.replace(/^\/+/, '');
}

/** The platforms split it into words; with operators in it, it is meant for a shell. */
function commandIn(text: MappedText): DockerCommand | undefined {
  const { commands } = parseShell(text);
  const range = text.sourceRange(0, text.text.length);
  if (commands.length > 1) return { form: 'shell', text, range };
  const argv = commands.flatMap(({ words }) => words);
  return argv.length === 0 ? undefined : { form: 'exec', argv, range };
}
