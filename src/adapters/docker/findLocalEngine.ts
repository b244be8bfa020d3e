import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the local engine is, and what to set for programs that we start so that they use the same one. */
export type LocalEngineAddress =
  | { readonly kind: 'socket'; readonly path: string; readonly environment: Readonly<Record<string, string>> }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: TlsFiles | undefined }
  /** Named by the user but not usable here, such as `ssh://…`. */
  | { readonly kind: 'unsupported'; readonly address: string };

/** Contents of the PEM files. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly verify: boolean;
}

export interface LocalEngineEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly platform: NodeJS.Platform;
  readonly exists: (path: string) => Promise<boolean>;
}

/**
 * Finds the engine as the docker CLI does: `DOCKER_HOST`, then the context of `DOCKER_CONTEXT` or `config.json`, then the default
 * socket; after those, the sockets that rootless Docker and Docker Desktop make even where no context names them.
 */
export async function findLocalEngine(
  environment: LocalEngineEnvironment = currentEnvironment(),
): Promise<LocalEngineAddress> {
  const { variables, homeFolder, platform, exists } = environment;
  const configFolder = variables['DOCKER_CONFIG'] || join(homeFolder, '.docker');
  const host = variables['DOCKER_HOST'];
  if (host !== undefined && host !== '') return parseAddress(host, await tlsFromVariables(variables, configFolder));

  const context = variables['DOCKER_CONTEXT'] || (await currentContext(configFolder));
  if (context !== undefined && context !== 'default') {
    const endpoint = await contextEndpoint(configFolder, context);
    if (endpoint !== undefined) return endpoint;
  }

  if (platform === 'win32') return { kind: 'socket', path: '\\\\.\\pipe\\docker_engine', environment: {} };
  const standard = '/var/run/docker.sock';
  if (await exists(standard)) return { kind: 'socket', path: standard, environment: {} };
  const runtimeFolder = variables['XDG_RUNTIME_DIR'];
  const others = [
    ...(runtimeFolder ? [join(runtimeFolder, 'docker.sock')] : []),
    join(homeFolder, '.docker', 'run', 'docker.sock'),
    join(homeFolder, '.docker', 'desktop', 'docker.sock'),
  ];
  for (const path of others) {
    if (await exists(path)) return { kind: 'socket', path, environment: { DOCKER_HOST: `unix://${path}` } };
  }
  return { kind: 'socket', path: standard, environment: {} };
}

function currentEnvironment(): LocalEngineEnvironment {
  return {
    variables: process.env,
    homeFolder: homedir(),
    platform: process.platform,
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
  };
}

function parseAddress(address: string, tls: TlsFiles | undefined): LocalEngineAddress {
  const unix = /^unix:\/\/(.+)$/.exec(address)?.[1];
  if (unix !== undefined) return { kind: 'socket', path: unix, environment: {} };
  const pipe = /^npipe:\/\/(.+)$/.exec(address)?.[1];
  if (pipe !== undefined) return { kind: 'socket', path: pipe.replaceAll('/', '\\'), environment: {} };
  const tcp = /^(?:tcp|http|https):\/\/(?:\[([^\]]+)\]|([^:/]+))(?::(\d+))?\/?$/.exec(address);
  const host = tcp?.[1] ?? tcp?.[2];
  if (host === undefined) return { kind: 'unsupported', address };
  return { kind: 'tcp', host, port: Number(tcp?.[3] ?? (tls === undefined ? 2375 : 2376)), tls };
}

async function tlsFromVariables(
  variables: Readonly<Record<string, string | undefined>>,
  configFolder: string,
): Promise<TlsFiles | undefined> {
  const verify = (variables['DOCKER_TLS_VERIFY'] ?? '') !== '';
  if (!verify && (variables['DOCKER_TLS'] ?? '') === '') return undefined;
  return readTlsFiles(variables['DOCKER_CERT_PATH'] || configFolder, verify);
}

async function currentContext(configFolder: string): Promise<string | undefined> {
  const name = (await readJson(join(configFolder, 'config.json')))?.['currentContext'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

// A context lives in folders named by the SHA-256 of its name (docker/cli, cli/context/store).
async function contextEndpoint(configFolder: string, name: string): Promise<LocalEngineAddress | undefined> {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(configFolder, 'contexts', 'meta', id, 'meta.json'));
  const endpoints = meta?.['Endpoints'] as { docker?: { Host?: unknown; SkipTLSVerify?: unknown } } | undefined;
  const host = endpoints?.docker?.Host;
  if (typeof host !== 'string' || host === '') return undefined;
  const tls = await readTlsFiles(
    join(configFolder, 'contexts', 'tls', id, 'docker'),
    endpoints?.docker?.SkipTLSVerify !== true,
  );
  const address = parseAddress(host, tls);
  return address.kind === 'socket' ? { ...address, environment: { DOCKER_CONTEXT: name } } : address;
}

async function readTlsFiles(folder: string, verify: boolean): Promise<TlsFiles | undefined> {
  const read = (name: string): Promise<Buffer | undefined> => readFile(join(folder, name)).catch(() => undefined);
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  return {
    verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

async function readJson(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
