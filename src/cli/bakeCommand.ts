import { parseArgs } from 'node:util';
import type { ProjectRead } from '../application/ports/ReadProject.ts';
import type { BinaryCatalog } from '../core/binaries/BinaryCatalog.ts';
import { bakeIntoProject } from '../core/binaries/bakeIntoProject.ts';
import { nearBinaries } from '../core/binaries/nearBinaries.ts';
import { projectBinaries } from '../core/binaries/projectBinaries.ts';
import { gatewayImages } from '../core/lint/gatewayImages.ts';
import { applyEdits } from '../core/text/applyEdits.ts';
import { isDockerfilePath } from '../core/workspace/isProjectFile.ts';
import { modelOf } from '../core/workspace/modelOf.ts';
import type { ProjectFiles } from '../core/workspace/ProjectFiles.ts';
import type { CliHost, ExitCode } from './runCli.ts';
import { unifiedDiff } from './unifiedDiff.ts';

/**
 * `openclaw-vm bake`: puts the stanzas of binaries into a Dockerfile, or brings them up to date. All of them or, where one is not
 * possible, none.
 */
export function bakeCommand(args: readonly string[], host: CliHost, usage: string): ExitCode {
  const fail = (message: string): ExitCode => {
    host.writeError(`openclaw-vm bake: ${message}\n`);
    return 2;
  };
  const options = readOptions(args);
  if ('help' in options) {
    host.write(usage);
    return 0;
  }
  if ('mistake' in options) return fail(`${options.mistake}\nTry "openclaw-vm --help".`);
  const read = host.readProject(options.dockerfile ?? '.');
  if (!read.ok) return fail(read.reason);
  for (const note of read.notes) host.writeError(`openclaw-vm: ${note}\n`);
  const path = dockerfilePath(read);
  if (typeof path !== 'string') return fail(path.mistake);
  const file = read.displayPath(path);
  const baked = bakeAll(read.project, path, options.binaries);
  if ('mistakes' in baked) {
    for (const mistake of baked.mistakes) fail(mistake);
    return fail(`${file} was not changed.`);
  }
  for (const { name, isNew, isChanged } of baked.binaries) {
    const done = isNew ? 'baked in' : 'brought up to date';
    const what = options.isDryRun ? `would be ${done}` : done;
    host.writeError(`${file}: ${name}: ${isChanged ? what : 'is in the image already'}\n`);
  }
  const before = read.project.texts.get(path) ?? '';
  if (baked.text === before) return 0;
  if (options.isDryRun) {
    host.write(unifiedDiff(file, before, baked.text));
    return 1;
  }
  const written = host.replaceText(path, before, baked.text);
  return written.ok ? 0 : fail(`${file} could not be written: ${written.reason}.`);
}

interface Baked {
  readonly text: string;
  readonly binaries: readonly { readonly name: string; readonly isNew: boolean; readonly isChanged: boolean }[];
}

function bakeAll(
  project: ProjectFiles,
  path: string,
  names: readonly string[],
): Baked | { readonly mistakes: readonly string[] } {
  const { catalog } = projectBinaries(project);
  const mistakes: string[] = [];
  const binaries: Baked['binaries'][number][] = [];
  let text = project.texts.get(path) ?? '';
  for (const name of new Set(names)) {
    const result = bakeIntoProject({ ...project, texts: new Map([...project.texts, [path, text]]) }, path, name);
    if (!result.ok) {
      mistakes.push(explain(name, result.reason, catalog));
      continue;
    }
    binaries.push({ name, isNew: !result.alreadyBaked, isChanged: result.edits.length > 0 });
    text = applyEdits(text, result.edits);
  }
  return mistakes.length > 0 ? { mistakes } : { text, binaries };
}

function explain(name: string, reason: string, catalog: BinaryCatalog): string {
  const source = catalog.find(name)?.source;
  if (source?.kind === 'none') return source.instead === undefined ? reason : `${reason} ${source.instead}`;
  if (source !== undefined) return reason;
  const near = nearBinaries(name, catalog).map((binary) =>
    binary.skills.includes(name) ? `${binary.name} (for the skill ${name})` : binary.name,
  );
  const own = 'Binaries of your own go into openclaw-vm.binaries.json.';
  return near.length === 0 ? `${reason} ${own}` : `${reason} Did you mean ${near.join(' or ')}? ${own}`;
}

/** The file that was named, or the one that the gateway's image is built of. */
function dockerfilePath({ project, only, displayPath }: ProjectRead): string | { readonly mistake: string } {
  if (only !== undefined) return only;
  const model = modelOf(project);
  const paths = model.dockerfiles.map(({ path }) => path).filter(isDockerfilePath);
  const gateways = new Set(gatewayImages(model).map(({ image }) => image.path));
  const [first, second] = gateways.size > 0 ? [...gateways] : paths;
  if (first === undefined) return { mistake: 'there is no Dockerfile here: name one with --dockerfile.' };
  if (second === undefined) return first;
  const names = (gateways.size > 0 ? [...gateways] : paths).map(displayPath).join(', ');
  return { mistake: `there are several Dockerfiles: name one of them with --dockerfile: ${names}` };
}

type Options =
  | { readonly binaries: readonly string[]; readonly dockerfile: string | undefined; readonly isDryRun: boolean }
  | { readonly mistake: string }
  | { readonly help: true };

function readOptions(args: readonly string[]): Options {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        dockerfile: { type: 'string', short: 'f' },
        'dry-run': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
    if (values.help === true) return { help: true };
    if (positionals.length === 0) return { mistake: 'name the binaries to bake in, such as gog.' };
    return { binaries: positionals, dockerfile: values.dockerfile, isDryRun: values['dry-run'] === true };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}
