import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';

/* Engines as many as one likes, each on a socket of its own, that answer from generated lists as a Docker Engine does. */

export interface GeneratedEnginesOptions {
  /** Gets the sockets, and a configuration of the docker CLI with a context for each engine: use it as `DOCKER_CONFIG`. */
  readonly folder: string;
  readonly engines: number;
  readonly containersPerEngine: number;
}

export interface ShownContainer {
  readonly name: string;
  readonly state: string;
  readonly status: string;
}

interface GeneratedContainer extends ShownContainer {
  readonly id: string;
  state: string;
  status: string;
  readonly labels: Readonly<Record<string, string>>;
  changes: number;
}

interface GeneratedEngine {
  readonly name: string;
  readonly containers: Map<string, GeneratedContainer>;
  readonly streams: Set<ServerResponse>;
  calls: number;
}

export class GeneratedEngines {
  readonly #engines: readonly GeneratedEngine[];
  readonly #servers: readonly Server[];

  /** Names of the contexts, `many0` and so on. */
  static async start(options: GeneratedEnginesOptions): Promise<GeneratedEngines> {
    const engines = Array.from({ length: options.engines }, (_, index) => engineOf(index, options.containersPerEngine));
    const servers = await Promise.all(
      engines.map(async (engine) => {
        const socket = join(options.folder, `${engine.name}.sock`);
        const server = createServer((request, response) => answer(engine, request, response));
        await new Promise<void>((resolve) => server.listen(socket, resolve));
        writeContext(options.folder, engine.name, socket);
        return server;
      }),
    );
    return new GeneratedEngines(engines, servers);
  }

  private constructor(engines: readonly GeneratedEngine[], servers: readonly Server[]) {
    this.#engines = engines;
    this.#servers = servers;
  }

  get names(): readonly string[] {
    return this.#engines.map(({ name }) => name);
  }

  /** Engines whose events somebody follows. */
  get followed(): number {
    return this.#engines.filter(({ streams }) => streams.size > 0).length;
  }

  /** All calls so far. */
  get calls(): number {
    return this.#engines.reduce((sum, { calls }) => sum + calls, 0);
  }

  /** What the engines' lists say now, by engine. */
  truth(): Readonly<Record<string, readonly ShownContainer[]>> {
    return Object.fromEntries(
      this.#engines.map(({ name, containers }) => [
        name,
        [...containers.values()].map((container) => ({
          name: container.name,
          state: container.state,
          status: container.status,
        })),
      ]),
    );
  }

  /** The container stops and runs again in turn, and an event tells it. */
  change(engine: string, container: string): void {
    const found = this.#engines.find(({ name }) => name === engine);
    const changed = [...(found?.containers.values() ?? [])].find(({ name }) => name === container);
    if (found === undefined || changed === undefined) throw new Error(`There is no ${container} on ${engine}.`);
    changeOne(found, changed, 'toggle');
  }

  /** Changes containers of all engines at a rate; resolves when the last event is sent. Every fourth change is one of the state. */
  async storm(eventsPerSecond: number, durationMs: number): Promise<number> {
    const random = randomOf(7);
    const startMs = performance.now();
    let sent = 0;
    for (;;) {
      const elapsedMs = performance.now() - startMs;
      const due = Math.floor((Math.min(elapsedMs, durationMs) / 1000) * eventsPerSecond);
      for (; sent < due; sent += 1) {
        const engine = this.#engines[Math.floor(random() * this.#engines.length)];
        const containers = [...(engine?.containers.values() ?? [])];
        const container = containers[Math.floor(random() * containers.length)];
        if (engine !== undefined && container !== undefined)
          changeOne(engine, container, sent % 4 === 0 ? 'toggle' : 'status');
      }
      if (elapsedMs >= durationMs) return sent;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async close(): Promise<void> {
    for (const { streams } of this.#engines) for (const stream of streams) stream.destroy();
    await Promise.all(
      this.#servers.map(async (server) => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }),
    );
  }
}

const servicesPerProject = 5;
const containersPerService = 4;

function engineOf(index: number, count: number): GeneratedEngine {
  const name = `many${index}`;
  const containers = new Map<string, GeneratedContainer>();
  for (let each = 0; each < count; each += 1) {
    const service = Math.floor(each / containersPerService);
    const project = `project-${Math.floor(service / servicesPerProject)}`;
    const serviceName =
      service % servicesPerProject === 0 ? 'openclaw-gateway' : `service-${service % servicesPerProject}`;
    const containerName = `${project}-${serviceName}-${(each % containersPerService) + 1}`;
    const id = createHash('sha256').update(`${name}/${containerName}`).digest('hex');
    containers.set(id, {
      id,
      name: containerName,
      state: 'running',
      status: 'Up 5 minutes',
      changes: 0,
      labels: {
        'com.docker.compose.project': project,
        'com.docker.compose.service': serviceName,
        'com.docker.compose.project.working_dir': `/srv/${project}`,
        'com.docker.compose.project.config_files': `/srv/${project}/compose.yaml`,
        'com.docker.compose.config-hash': id,
        'com.docker.compose.container-number': String((each % containersPerService) + 1),
        'com.docker.compose.oneoff': 'False',
        'com.docker.compose.version': '2.26.1',
        'org.opencontainers.image.title': 'openclaw',
        'org.opencontainers.image.source': 'https://example.com/openclaw',
      },
    });
  }
  return { name, containers, streams: new Set(), calls: 0 };
}

function changeOne(engine: GeneratedEngine, container: GeneratedContainer, kind: 'toggle' | 'status'): void {
  container.changes += 1;
  if (kind === 'toggle') container.state = container.state === 'running' ? 'exited' : 'running';
  const { state, changes } = container;
  container.status = state === 'running' ? `Up ${changes} seconds` : `Exited (0) ${changes} seconds ago`;
  const event = {
    Type: 'container',
    Action: state === 'running' ? 'start' : 'die',
    Actor: { ID: container.id, Attributes: { name: container.name, image, ...container.labels } },
    scope: 'local',
    timeNano: 1_789_000_000_000_000_000 + changes,
  };
  const line = `${JSON.stringify(event)}\n`;
  for (const stream of engine.streams) stream.write(line);
}

const image = 'openclaw-gateway:local';

function answer(engine: GeneratedEngine, request: IncomingMessage, response: ServerResponse): void {
  engine.calls += 1;
  const url = new URL(request.url ?? '/', 'http://engine');
  const path = url.pathname.replace(/^\/v[\d.]+/, '');
  response.setHeader('Api-Version', '1.47');
  if (path === '/_ping') {
    response.end('OK');
    return;
  }
  if (path === '/events') {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    engine.streams.add(response);
    response.once('close', () => engine.streams.delete(response));
    return;
  }
  const value = resourceAt(engine, path, url.searchParams);
  response.statusCode = value === undefined ? 404 : 200;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value ?? { message: `No such thing: ${path}` }));
}

function resourceAt(engine: GeneratedEngine, path: string, query: URLSearchParams): unknown {
  switch (path) {
    case '/info':
      return { Architecture: 'x86_64', MemTotal: 4e9, NCPU: 2, OperatingSystem: 'Debian', ServerVersion: '27.5.1' };
    case '/version':
      return { Version: '27.5.1', ApiVersion: '1.47', Arch: 'amd64' };
    case '/images/json':
    case '/networks':
      return [];
    case '/containers/json': {
      const filters = JSON.parse(query.get('filters') ?? '{}') as { readonly id?: readonly string[] };
      const ids = filters.id ?? [...engine.containers.keys()];
      return ids.flatMap((id) => engine.containers.get(id) ?? []).map(listed);
    }
    default: {
      const container = engine.containers.get(/^\/containers\/([^/]+)\/json$/.exec(path)?.[1] ?? '');
      return container === undefined ? undefined : inspected(container);
    }
  }
}

function listed({ id, name, state, status, labels }: GeneratedContainer): object {
  return {
    Id: id,
    Names: [`/${name}`],
    Image: image,
    ImageID: `sha256:${id}`,
    Command: 'docker-entrypoint.sh node openclaw.mjs gateway',
    Created: 1_789_000_000,
    Ports: [{ IP: '127.0.0.1', PrivatePort: 18_789, PublicPort: 18_789, Type: 'tcp' }],
    Labels: labels,
    State: state,
    Status: status,
    HostConfig: { NetworkMode: 'bridge' },
    NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.2' } } },
    Mounts: [],
  };
}

function inspected({ id, name, state, labels }: GeneratedContainer): object {
  return {
    Id: id,
    Name: `/${name}`,
    Created: '2026-09-10T00:00:00Z',
    State: { Status: state, ExitCode: 0, StartedAt: '2026-09-10T00:00:01Z' },
    RestartCount: 0,
    Config: { Image: image, Env: ['PATH=/usr/bin', 'NODE_VERSION=24'], Labels: labels },
    HostConfig: { NetworkMode: 'bridge' },
    NetworkSettings: { Ports: {}, Networks: {} },
    Mounts: [],
  };
}

/** As the docker CLI keeps a context (docs.docker.com/engine/manage-resources/contexts). */
function writeContext(folder: string, name: string, socket: string): void {
  const meta = join(folder, 'contexts', 'meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(meta, { recursive: true });
  const context = {
    Name: name,
    Metadata: {},
    Endpoints: { docker: { Host: `unix://${socket}`, SkipTLSVerify: false } },
  };
  writeFileSync(join(meta, 'meta.json'), JSON.stringify(context));
}

/** The same numbers each time (Lehmer, Park and Miller 1988). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
