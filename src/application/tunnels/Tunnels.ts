import type { ByteStream } from '../ports/ByteStream.ts';
import type { Listening, LocalListener } from '../ports/LocalListener.ts';
import type { Machine } from '../ports/Machine.ts';
import type { MachineId } from '../vms/MachineState.ts';

export interface TunnelTarget {
  readonly machineId: MachineId;
  /** As the machine itself reaches it, such as `127.0.0.1`. */
  readonly host: string;
  readonly port: number;
  /** What lies behind it, for lists: `openclaw-gateway of demo`. */
  readonly label: string;
}

export interface Tunnel extends TunnelTarget {
  readonly id: string;
  /** On 127.0.0.1 of this machine. */
  readonly localPort: number;
}

export interface TunnelsOptions {
  readonly listener: LocalListener;
  /** The connected machine; connects where needed, so that a tunnel works again after a cut. */
  readonly machine: (id: MachineId) => Promise<Machine>;
  readonly log: (message: string, cause?: unknown) => void;
}

/** Local ports that lead to ports of machines, over the connections that are there anyway. A tunnel stays until it is closed. */
export class Tunnels {
  readonly #options: TunnelsOptions;
  readonly #open = new Map<string, Promise<OpenTunnel>>();
  readonly #listed = new Map<string, Tunnel>();
  readonly #listeners = new Set<() => void>();

  constructor(options: TunnelsOptions) {
    this.#options = options;
  }

  /** Those that are open, in the order of opening. */
  get list(): readonly Tunnel[] {
    return [...this.#listed.values()];
  }

  /**
   * Opens a tunnel, or gives the one that leads there already. Reaches for the target once before, so that what is in the way is said
   * now. Rejects with `UserFacingError`.
   */
  async open(target: TunnelTarget): Promise<Tunnel> {
    const id = `${target.machineId}/tunnel/${target.host}:${target.port}`;
    const opening = this.#open.get(id) ?? this.#start(id, target);
    this.#open.set(id, opening);
    try {
      return (await opening).tunnel;
    } catch (error) {
      this.#open.delete(id);
      throw error;
    }
  }

  async close(id: string): Promise<void> {
    const opening = this.#open.get(id);
    this.#open.delete(id);
    this.#listed.delete(id);
    this.#tell();
    const opened = await opening?.catch(() => undefined);
    await opened?.listening.close();
  }

  /** Returns the way to stop listening. */
  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#listeners.clear();
    for (const id of [...this.#open.keys()]) void this.close(id);
  }

  async #start(id: string, target: TunnelTarget): Promise<OpenTunnel> {
    const machine = await this.#options.machine(target.machineId);
    (await machine.dial(target.host, target.port)).destroy();
    const listening = await this.#options.listener.listen(target.port, (connection) => {
      void this.#forward(target, connection);
    });
    const tunnel: Tunnel = { ...target, id, localPort: listening.port };
    // Closed again while it was opening.
    if (!this.#open.has(id)) {
      await listening.close();
      return { tunnel, listening };
    }
    this.#listed.set(id, tunnel);
    this.#tell();
    return { tunnel, listening };
  }

  async #forward(target: TunnelTarget, connection: ByteStream): Promise<void> {
    try {
      const machine = await this.#options.machine(target.machineId);
      const remote = await machine.dial(target.host, target.port);
      if (connection.destroyed) {
        remote.destroy();
        return;
      }
      join(connection, remote);
      join(remote, connection);
    } catch (error) {
      this.#options.log(`The tunnel to ${target.label} could not forward a connection`, error);
      connection.destroy();
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

interface OpenTunnel {
  readonly tunnel: Tunnel;
  readonly listening: Listening;
}

/** Copies with back-pressure; where one side is gone, the other one goes too. */
function join(from: ByteStream, to: ByteStream): void {
  from.pipe(to);
  from.once('error', () => to.destroy());
  from.once('close', () => to.destroy());
}
