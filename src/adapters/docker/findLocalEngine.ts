import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { hidePassword, parseEngineAddress } from '../../core/vm/parseEngineAddress.ts';
import {
  currentContextName,
  DEFAULT_CONTEXT,
  type DockerConfigPlace,
  dockerConfigFolder,
  dockerConfigPlace,
  readDockerContext,
  readTlsFiles,
  standardSocket,
} from './dockerContexts.ts';
import type { SocketEndpoint, TcpEndpoint, TlsFiles } from './EngineEndpoint.ts';

/** Where the local engine is, and what to set for programs that we start so that they use the same one. */
export type LocalEngineAddress =
  | (SocketEndpoint & { readonly environment: Readonly<Record<string, string>> })
  | (TcpEndpoint & { readonly environment: Readonly<Record<string, string>> })
  /** Named by the user but not usable here, such as `ssh://…`; `context`: the Docker context that names it. */
  | { readonly kind: 'unsupported'; readonly address: string; readonly context?: string };

export interface LocalEngineEnvironment extends DockerConfigPlace {
  readonly exists: (path: string) => Promise<boolean>;
}

/**
 * Finds the engine as the docker CLI does: `DOCKER_HOST`, then the context of `DOCKER_CONTEXT` or `config.json`, then the default
 * socket; after those, the sockets that rootless Docker and Docker Desktop make even where no context names them.
 * @throws ConnectionError (rejects) where that context cannot be used.
 */
export async function findLocalEngine(
  environment: LocalEngineEnvironment = currentEnvironment(),
): Promise<LocalEngineAddress> {
  if (!environment.variables['DOCKER_HOST']) {
    const context = await currentContextName(environment);
    if (context !== undefined && context !== DEFAULT_CONTEXT) {
      const endpoint = await readDockerContext(context, environment);
      if (endpoint.kind === 'ssh') return { kind: 'unsupported', address: `ssh://${endpoint.host}`, context };
      return { ...endpoint, environment: { DOCKER_CONTEXT: context } };
    }
  }
  return findDefaultEngine(environment);
}

/** The same without a look at contexts: what the docker CLI calls the context `default`. */
export async function findDefaultEngine(
  environment: LocalEngineEnvironment = currentEnvironment(),
): Promise<LocalEngineAddress> {
  const { variables, homeFolder, platform, exists } = environment;
  const host = variables['DOCKER_HOST'];
  if (host !== undefined && host !== '') return addressOfVariable(host, environment);

  const standard = standardSocket(environment);
  if (platform === 'win32' || (await exists(standard))) return { kind: 'socket', path: standard, environment: {} };
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
    ...dockerConfigPlace(),
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
  };
}

async function addressOfVariable(host: string, place: DockerConfigPlace): Promise<LocalEngineAddress> {
  const address = parseEngineAddress(host);
  if (address.kind === 'ssh' || address.kind === 'unusable')
    return { kind: 'unsupported', address: hidePassword(host) };
  if (address.kind === 'socket') return { ...address, path: address.path || standardSocket(place), environment: {} };
  const tls = (await tlsFromVariables(place)) ?? (address.usesTls ? { verify: true, folder: '' } : undefined);
  return {
    kind: 'tcp',
    host: address.host,
    port: address.port ?? (tls === undefined ? 2375 : 2376),
    ...(tls === undefined ? {} : { tls }),
    ...(address.basePath === '' ? {} : { basePath: address.basePath }),
    environment: {},
  };
}

async function tlsFromVariables(place: DockerConfigPlace): Promise<TlsFiles | undefined> {
  const { variables } = place;
  const verify = (variables['DOCKER_TLS_VERIFY'] ?? '') !== '';
  if (!verify && (variables['DOCKER_TLS'] ?? '') === '') return undefined;
  return readTlsFiles(variables['DOCKER_CERT_PATH'] || dockerConfigFolder(place), verify);
}
