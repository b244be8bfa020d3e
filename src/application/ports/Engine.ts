import type { FileChange } from '../../core/drift/findDrift.ts';
import type { TerminalSession, TerminalSize } from './TerminalSession.ts';

/** The Docker Engine of one machine. All methods reject with `UserFacingError` where the engine cannot be reached or refuses. */
export interface Engine {
  info(signal?: AbortSignal): Promise<EngineInfo>;
  listContainers(signal?: AbortSignal): Promise<readonly Container[]>;
  /** Those of the containers that are there, as the list of all would show them; ids that are gone are left out. */
  listContainersById(containerIds: readonly string[], signal?: AbortSignal): Promise<readonly Container[]>;
  inspectContainer(containerId: string, signal?: AbortSignal): Promise<ContainerDetails>;
  /** The engine's own JSON about a container, with every secret in it: mask it before anybody sees it. */
  inspectDocument(containerId: string, signal?: AbortSignal): Promise<unknown>;
  /** What differs in the container's own layer from its image, however it got there; mounts are not part of it. */
  listChanges(containerId: string, signal?: AbortSignal): Promise<readonly FileChange[]>;
  listImages(signal?: AbortSignal): Promise<readonly Image[]>;
  listNetworks(signal?: AbortSignal): Promise<readonly Network[]>;
  /** Nothing happens, and nothing is wrong, where the container is in that state already. */
  startContainer(containerId: string, signal?: AbortSignal): Promise<void>;
  stopContainer(containerId: string, signal?: AbortSignal): Promise<void>;
  restartContainer(containerId: string, signal?: AbortSignal): Promise<void>;
  /** Also where it runs; volumes with a name stay, anonymous ones go with it. */
  removeContainer(containerId: string, signal?: AbortSignal): Promise<void>;
  /**
   * Asks for the events at once; ends when the connection or `signal` ends it. `onOpen` is called once when the engine has answered:
   * a list that is asked for after that, together with the events, misses nothing.
   */
  events(signal: AbortSignal, onOpen?: () => void): AsyncIterable<EngineEvent>;
  logs(containerId: string, options: LogOptions): AsyncIterable<LogChunk>;
  /** Runs `argv` in a running container, without a shell. */
  execInContainer(containerId: string, argv: readonly string[], options?: ContainerExecOptions): Promise<ContainerExec>;
  /** Runs `argv` in a running container on a terminal. */
  openTerminal(containerId: string, argv: readonly string[], size: TerminalSize): Promise<TerminalSession>;
}

export interface EngineInfo {
  readonly version: string;
  readonly apiVersion: string;
  /** As Dockerfiles name it: `amd64`, `arm64`, … */
  readonly architecture: string;
  readonly operatingSystem: string;
  readonly memoryBytes: number;
  readonly cpus: number;
  /** The machine's own clock when it answered, in milliseconds since the epoch. */
  readonly systemTimeMs?: number;
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
export type ContainerHealth = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  readonly health: ContainerHealth;
  /** The engine's own words, such as `Up 3 minutes (healthy)` or `Restarting (78) 2 seconds ago`. */
  readonly status: string;
  /** Milliseconds since the epoch; 0 where the engine does not tell. */
  readonly createdAtMs: number;
  readonly ports: readonly PublishedPort[];
  /** Absent for containers that compose did not make. */
  readonly compose?: ComposeLabels;
  /** The command as the engine lists it, where it does; shortened by some engines. */
  readonly command?: string;
}

export interface Image {
  readonly id: string;
  /** `name:tag`; empty for an image that nothing names any more. */
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
}

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
}

export interface ComposeLabels {
  readonly project: string;
  readonly service: string;
  /** Folder on the engine's machine. */
  readonly workingDirectory: string;
  readonly configFiles: readonly string[];
}

export interface PublishedPort {
  readonly hostAddress: string;
  readonly hostPort: number | undefined;
  readonly containerPort: number;
  readonly protocol: string;
}

export interface ContainerDetails {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly state: ContainerState;
  readonly health: ContainerHealth;
  readonly exitCode: number;
  readonly outOfMemoryKilled: boolean;
  readonly restartCount: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly startedAt: string;
  /** Names only of secrets matter to us; values are kept out of every message. */
  readonly environment: ReadonlyMap<string, string>;
  readonly mounts: readonly ContainerMount[];
  readonly user: string;
  readonly ports: readonly PublishedPort[];
  /** As compose's `network_mode`: `host`, `bridge`, a network's name, `container:ID`. */
  readonly networkMode: string;
  /** IP addresses of the container in its networks. */
  readonly addresses: readonly string[];
}

export interface ContainerMount {
  readonly kind: 'bind' | 'volume' | 'tmpfs' | 'other';
  /** Host path, or volume name; empty for tmpfs. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** A volume that compose or docker named by itself (64 hexadecimal digits). */
  readonly anonymous: boolean;
}

export interface EngineEvent {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly timeNano: number;
}

export interface LogOptions {
  readonly follow: boolean;
  /** Lines from the end; all when absent. */
  readonly tail?: number;
  /** ISO 8601 or Unix seconds. */
  readonly since?: string;
  readonly signal?: AbortSignal;
}

export interface LogChunk {
  readonly stream: 'stdout' | 'stderr';
  /** Whole lines without their line end, ANSI sequences included; the last one of a stream that ends may be unfinished. */
  readonly lines: readonly string[];
}

export interface ContainerExecOptions {
  readonly user?: string;
  readonly signal?: AbortSignal;
}

export interface ContainerExec {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}
