import type {
  ComposeLabels,
  Container,
  ContainerDetails,
  ContainerHealth,
  ContainerMount,
  ContainerState,
  EngineEvent,
  EngineInfo,
  Image,
  Network,
  PublishedPort,
} from '../../application/ports/Engine.ts';
import type { FileChange } from '../../core/drift/findDrift.ts';

/*
 * The engine's JSON becomes our types here and nowhere else. Engines from 20.10 on, Podman and Docker Desktop leave fields out or
 * set them to null; what is missing becomes the neutral value. `undefined` where the whole is not what was asked for.
 */

/** `GET /info` and `GET /version`. */
export function parseEngineInfo(info: unknown, version: unknown): EngineInfo | undefined {
  const fields = record(info);
  const versionFields = record(version);
  if (fields === undefined || versionFields === undefined) return undefined;
  const systemTimeMs = Date.parse(text(fields['SystemTime']));
  return {
    version: text(versionFields['Version']) || text(fields['ServerVersion']),
    apiVersion: text(versionFields['ApiVersion']),
    architecture: dockerArchitecture(text(fields['Architecture']) || text(versionFields['Arch'])),
    operatingSystem: text(fields['OperatingSystem']) || text(versionFields['Os']),
    memoryBytes: number(fields['MemTotal']),
    cpus: number(fields['NCPU']),
    ...(Number.isNaN(systemTimeMs) ? {} : { systemTimeMs }),
  };
}

/** `GET /containers/json`. */
export function parseContainers(list: unknown): readonly Container[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry) => {
    const fields = record(entry);
    const id = text(fields?.['Id']);
    if (fields === undefined || id === '') return [];
    const compose = composeLabels(fields['Labels']);
    const status = text(fields['Status']);
    return [
      {
        id,
        name: containerName(fields['Names'], id),
        image: text(fields['Image']),
        imageId: text(fields['ImageID']),
        state: containerState(fields['State']),
        health: healthInStatus(status),
        status,
        createdAtMs: number(fields['Created']) * 1000,
        ports: publishedPorts(fields['Ports']),
        ...(typeof fields['Command'] === 'string' ? { command: fields['Command'] } : {}),
        ...(compose === undefined ? {} : { compose }),
      },
    ];
  });
}

/** `GET /containers/ID/json`. */
export function parseContainerDetails(details: unknown): ContainerDetails | undefined {
  const fields = record(details);
  const id = text(fields?.['Id']);
  if (fields === undefined || id === '') return undefined;
  const state = record(fields['State']) ?? {};
  const config = record(fields['Config']) ?? {};
  const health = text(record(state['Health'])?.['Status']);
  return {
    id,
    name: text(fields['Name']).replace(/^\//, ''),
    image: text(config['Image']),
    state: containerState(state['Status']),
    health: isHealth(health) ? health : 'none',
    exitCode: number(state['ExitCode']),
    outOfMemoryKilled: state['OOMKilled'] === true,
    restartCount: number(fields['RestartCount']),
    createdAt: text(fields['Created']),
    startedAt: text(state['StartedAt']),
    environment: environment(config['Env']),
    mounts: [...mounts(fields['Mounts']), ...tmpfsMounts(record(fields['HostConfig'])?.['Tmpfs'])],
    user: text(config['User']),
    ports: portBindings(record(fields['NetworkSettings'])?.['Ports']),
    networkMode: text(record(fields['HostConfig'])?.['NetworkMode']),
    addresses: networkAddresses(record(fields['NetworkSettings'])?.['Networks']),
  };
}

/** `GET /images/json`. */
export function parseImages(list: unknown): readonly Image[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry) => {
    const fields = record(entry);
    const id = text(fields?.['Id']);
    if (fields === undefined || id === '') return [];
    const tags = Array.isArray(fields['RepoTags']) ? fields['RepoTags'].map(text) : [];
    return [
      {
        id,
        tags: tags.filter((tag) => tag !== '' && tag !== '<none>:<none>'),
        sizeBytes: number(fields['Size']),
        createdAtMs: number(fields['Created']) * 1000,
      },
    ];
  });
}

/** `GET /containers/{id}/changes`, which is `null` where nothing was changed. */
export function parseChanges(list: unknown): readonly FileChange[] | undefined {
  if (list === null) return [];
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry) => {
    const fields = record(entry);
    const path = text(fields?.['Path']);
    const kind = changeKinds[number(fields?.['Kind'])];
    return path === '' || kind === undefined ? [] : [{ path, kind }];
  });
}

/** By the engine's numbers. */
const changeKinds = ['changed', 'added', 'deleted'] as const;

/** `GET /networks`. */
export function parseNetworks(list: unknown): readonly Network[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry) => {
    const fields = record(entry);
    const id = text(fields?.['Id']);
    if (fields === undefined || id === '') return [];
    return [{ id, name: text(fields['Name']), driver: text(fields['Driver']) }];
  });
}

/** Whether the container of `GET /containers/ID/json` has a terminal: its log is then one plain stream. */
export function hasTerminal(details: unknown): boolean {
  return record(record(details)?.['Config'])?.['Tty'] === true;
}

/** One line of `GET /events`. */
export function parseEvent(line: string): EngineEvent | undefined {
  const fields = parseJsonRecord(line);
  if (fields === undefined) return undefined;
  const actor = record(fields['Actor']) ?? {};
  return {
    type: text(fields['Type']),
    action: text(fields['Action']) || text(fields['status']),
    id: text(actor['ID']) || text(fields['id']),
    attributes: stringRecord(actor['Attributes']),
    timeNano: number(fields['timeNano']),
  };
}

type Fields = Readonly<Record<string, unknown>>;

const STATES: ReadonlySet<string> = new Set<ContainerState>([
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
]);
const HEALTHS: ReadonlySet<string> = new Set<ContainerHealth>(['none', 'starting', 'healthy', 'unhealthy']);

/** The kernel's names for what Dockerfiles call otherwise. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
  ['armv7l', 'arm'],
  ['armv6l', 'arm'],
  ['i386', '386'],
  ['i686', '386'],
]);

function dockerArchitecture(name: string): string {
  return ARCHITECTURES.get(name) ?? name;
}

function containerName(names: unknown, id: string): string {
  const all = Array.isArray(names) ? names.map(text).map((name) => name.replace(/^\//, '')) : [];
  // Links of the old kind add names such as "other/alias"; the container's own has no slash.
  return all.find((name) => name !== '' && !name.includes('/')) ?? all[0] ?? id.slice(0, 12);
}

function containerState(value: unknown): ContainerState {
  const state = text(value);
  if (STATES.has(state)) return state as ContainerState;
  // Podman has words of its own.
  if (state === 'configured' || state === 'initialized') return 'created';
  return state === 'stopping' ? 'running' : 'exited';
}

function healthInStatus(status: string): ContainerHealth {
  const word = /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(status)?.[1] ?? 'none';
  return isHealth(word) ? word : 'none';
}

function isHealth(word: string): word is ContainerHealth {
  return HEALTHS.has(word);
}

function publishedPorts(value: unknown): readonly PublishedPort[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => {
    const fields = record(entry);
    if (fields === undefined || typeof fields['PrivatePort'] !== 'number') return [];
    const hostPort = fields['PublicPort'];
    return [
      {
        hostAddress: text(fields['IP']),
        hostPort: typeof hostPort === 'number' ? hostPort : undefined,
        containerPort: fields['PrivatePort'],
        protocol: text(fields['Type']) || 'tcp',
      },
    ];
  });
}

/** `{ "80/tcp": [{ "HostIp": "0.0.0.0", "HostPort": "8080" }], "81/tcp": null }` */
function portBindings(value: unknown): readonly PublishedPort[] {
  return Object.entries(record(value) ?? {}).flatMap(([name, bindings]): PublishedPort[] => {
    const [port, protocol = 'tcp'] = name.split('/');
    const containerPort = Number(port);
    if (!Number.isInteger(containerPort)) return [];
    if (!Array.isArray(bindings) || bindings.length === 0)
      return [{ hostAddress: '', hostPort: undefined, containerPort, protocol }];
    return bindings.map((binding) => {
      const fields = record(binding);
      const hostPort = Number(text(fields?.['HostPort']));
      return {
        hostAddress: text(fields?.['HostIp']),
        hostPort: hostPort > 0 ? hostPort : undefined,
        containerPort,
        protocol,
      };
    });
  });
}

function networkAddresses(value: unknown): readonly string[] {
  const networks = Object.values(record(value) ?? {});
  return networks.map((network) => text(record(network)?.['IPAddress'])).filter((address) => address !== '');
}

function composeLabels(labels: unknown): ComposeLabels | undefined {
  const fields = stringRecord(labels);
  const project = fields['com.docker.compose.project'];
  const service = fields['com.docker.compose.service'];
  if (project === undefined || service === undefined) return undefined;
  return {
    project,
    service,
    workingDirectory: fields['com.docker.compose.project.working_dir'] ?? '',
    configFiles: (fields['com.docker.compose.project.config_files'] ?? '').split(',').filter((file) => file !== ''),
  };
}

function environment(value: unknown): ReadonlyMap<string, string> {
  const entries = Array.isArray(value) ? value.map(text) : [];
  return new Map(
    entries.flatMap((entry): [string, string][] => {
      const equals = entry.indexOf('=');
      if (entry === '') return [];
      return [equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]];
    }),
  );
}

/** `tmpfs:` of compose and `--tmpfs` are not among the container's `Mounts`. */
function tmpfsMounts(value: unknown): readonly ContainerMount[] {
  return Object.entries(stringRecord(value)).map(([target, options]) => ({
    kind: 'tmpfs',
    source: '',
    target,
    readOnly: options.split(',').includes('ro'),
    anonymous: false,
  }));
}

function mounts(value: unknown): readonly ContainerMount[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => {
    const fields = record(entry);
    if (fields === undefined) return [];
    const type = text(fields['Type']);
    const kind = type === 'bind' || type === 'volume' || type === 'tmpfs' ? type : 'other';
    const name = text(fields['Name']);
    return [
      {
        kind,
        source: kind === 'volume' ? name || text(fields['Source']) : kind === 'tmpfs' ? '' : text(fields['Source']),
        target: text(fields['Destination']),
        readOnly: fields['RW'] === false,
        anonymous: kind === 'volume' && /^[0-9a-f]{64}$/.test(name),
      },
    ];
  });
}

function parseJsonRecord(line: string): Fields | undefined {
  try {
    return record(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
    ? (value as Fields)
    : undefined;
}

function stringRecord(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(record(value) ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
