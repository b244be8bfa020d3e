import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { ListedDockerContext } from '../../application/ports/DockerContexts.ts';
import { type DockerContext, parseDockerContext } from '../../core/vm/parseDockerContext.ts';
import { parseEngineAddress } from '../../core/vm/parseEngineAddress.ts';
import type { EngineEndpoint, TlsFiles } from './EngineEndpoint.ts';

/** What decides where the docker CLI looks. */
export interface DockerConfigPlace {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly platform: NodeJS.Platform;
}

export function dockerConfigPlace(): DockerConfigPlace {
  return { variables: process.env, homeFolder: homedir(), platform: process.platform };
}

/** The context of `DOCKER_HOST` and the standard socket; it has no file. */
export const DEFAULT_CONTEXT = 'default';

/** `DOCKER_CONFIG`, else `~/.docker`. */
export function dockerConfigFolder({ variables, homeFolder }: DockerConfigPlace): string {
  return variables['DOCKER_CONFIG'] || join(homeFolder, '.docker');
}

/** The socket that is meant where no address is written. */
export function standardSocket({ platform }: DockerConfigPlace): string {
  return platform === 'win32' ? '\\\\.\\pipe\\docker_engine' : '/var/run/docker.sock';
}

/** Name of the context that the docker CLI uses where `DOCKER_HOST` does not rule it out: `DOCKER_CONTEXT`, else config.json. */
export async function currentContextName(place: DockerConfigPlace): Promise<string | undefined> {
  const { variables } = place;
  if (variables['DOCKER_CONTEXT']) return variables['DOCKER_CONTEXT'];
  const text = await readFile(join(dockerConfigFolder(place), 'config.json'), 'utf8').catch(() => '{}');
  try {
    const name: unknown = (JSON.parse(text) as { currentContext?: unknown } | null)?.currentContext;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    // The docker CLI warns of such a file and goes on without it.
    return undefined;
  }
}

/**
 * All contexts by name, those that cannot be used last; none where there is no such folder. `default`, which has no file, is among
 * them where another one is in force: then it is not the local engine that is shown anyway.
 */
export async function listDockerContexts(
  place: DockerConfigPlace = dockerConfigPlace(),
): Promise<readonly ListedDockerContext[]> {
  const current = place.variables['DOCKER_HOST'] ? undefined : await currentContextName(place);
  const standard = { ok: true, name: DEFAULT_CONTEXT, description: '', way: 'local', address: 'unix://' } as const;
  const folder = join(dockerConfigFolder(place), 'contexts', 'meta');
  const ids = await readdir(folder).catch(() => []);
  const listed = await Promise.all(ids.map((id) => listedContext(place, id)));
  const byName = (a: ListedDockerContext, b: ListedDockerContext): number => a.name.localeCompare(b.name);
  const others = current === undefined || current === DEFAULT_CONTEXT ? [] : [standard];
  return [...others, ...listed.filter(({ ok }) => ok).sort(byName), ...listed.filter(({ ok }) => !ok).sort(byName)];
}

/** Where a context leads. @throws ConnectionError (rejects), with the path, where it cannot be read or used. */
export async function readDockerContext(name: string, place: DockerConfigPlace): Promise<EngineEndpoint> {
  const read = await readMeta(place, contextId(name));
  if (!read.ok) throw unusableContext(name, read.problem, read.cause);
  const endpoint = await endpointOf(read.context, place);
  if (typeof endpoint === 'string') throw unusableContext(name, endpoint);
  return endpoint;
}

/** The PEM files of a folder, those that are there. */
export async function readTlsFiles(folder: string, verify: boolean): Promise<TlsFiles> {
  const read = async (name: string): Promise<Buffer | undefined> => {
    try {
      return await readFile(join(folder, name));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT' || (cause as NodeJS.ErrnoException).code === 'ENOTDIR')
        return undefined;
      throw new ConnectionError('tlsFailed', `${join(folder, name)} could not be read.`, {
        remedy: 'Give yourself the right to read it, then retry.',
        cause,
      });
    }
  };
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return {
    verify,
    folder,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

// A context lives in folders named by the SHA-256 of its name (docker/cli, cli/context/store).
function contextId(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

type ReadMeta =
  | { readonly ok: true; readonly context: DockerContext; readonly file: string }
  | { readonly ok: false; readonly name?: string; readonly problem: string; readonly cause?: unknown };

async function readMeta(place: DockerConfigPlace, id: string): Promise<ReadMeta> {
  const file = join(dockerConfigFolder(place), 'contexts', 'meta', id, 'meta.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return { ok: false, problem: code === 'ENOENT' ? `there is no ${file}` : `${file} could not be read`, cause };
  }
  const parsed = parseDockerContext(text);
  if (!parsed.ok) return { ok: false, problem: `${file} ${parsed.reason}` };
  const { context } = parsed;
  // The docker CLI finds a context by its folder alone.
  if (contextId(context.name) !== id) {
    const problem = `${file} is for a context "${context.name}", whose folder has another name`;
    return { ok: false, name: context.name, problem };
  }
  return { ok: true, context, file };
}

/** The endpoint, or what is wrong with it. */
async function endpointOf(context: DockerContext, place: DockerConfigPlace): Promise<EngineEndpoint | string> {
  const folder = join(dockerConfigFolder(place), 'contexts', 'tls', contextId(context.name), 'docker');
  const address = parseEngineAddress(context.host === '' ? 'unix://' : context.host);
  if (address.kind === 'unusable') return address.reason;
  if (address.kind === 'ssh') return address;
  if (address.kind === 'socket') return { kind: 'socket', path: address.path || standardSocket(place) };
  const files = await readTlsFiles(folder, !context.skipTlsVerify);
  const usesTls = address.usesTls || context.skipTlsVerify || hasFiles(files);
  return {
    kind: 'tcp',
    host: address.host,
    // Those of HTTP, not of Docker: a context keeps the address as it is written, and the docker CLI adds nothing.
    port: address.port ?? (usesTls ? 443 : 80),
    ...(usesTls ? { tls: files } : {}),
    ...(address.basePath === '' ? {} : { basePath: address.basePath }),
  };
}

async function listedContext(place: DockerConfigPlace, id: string): Promise<ListedDockerContext> {
  const read = await readMeta(place, id);
  if (!read.ok) return { ok: false, name: read.name ?? id.slice(0, 12), problem: sentence(read.problem) };
  const { name, description, host } = read.context;
  try {
    const endpoint = await endpointOf(read.context, place);
    if (typeof endpoint === 'string')
      return { ok: false, name, problem: `${sentence(endpoint)} It stands in ${read.file}.` };
    return { ok: true, name, description, address: host || 'unix://', way: wayOf(endpoint) };
  } catch (error) {
    return { ok: false, name, problem: error instanceof Error ? error.message : String(error) };
  }
}

function wayOf(endpoint: EngineEndpoint): 'ssh' | 'local' | 'tls' | 'tlsUnverified' | 'plain' {
  if (endpoint.kind === 'ssh') return 'ssh';
  if (endpoint.kind === 'socket') return 'local';
  if (endpoint.tls === undefined) return 'plain';
  return endpoint.tls.verify ? 'tls' : 'tlsUnverified';
}

function hasFiles({ ca, cert, key }: TlsFiles): boolean {
  return ca !== undefined || cert !== undefined || key !== undefined;
}

function unusableContext(name: string, problem: string, cause?: unknown): ConnectionError {
  return new ConnectionError('other', `The Docker context "${name}" cannot be used: ${problem.replace(/\.$/, '')}.`, {
    remedy: `Look at it with "docker context inspect ${name}" and correct it, or make it anew with "docker context create".`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function sentence(text: string): string {
  const whole = text.endsWith('.') ? text : `${text}.`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}
