import { formatVmTarget } from '../../core/vm/parseVmTarget.ts';
import type { Vm } from '../../core/vm/Vm.ts';
import { ConnectionError } from '../ConnectionError.ts';
import type { Machine } from '../ports/Machine.ts';
import type { HostKeyDecision, MachineConnector } from '../ports/MachineConnector.ts';
import { MachineSession } from './MachineSession.ts';
import type { MachineEntry, MachineId } from './MachineState.ts';
import { RefreshTurns } from './RefreshTurns.ts';

export interface VmInventoryOptions {
  readonly connector: MachineConnector;
  /** From the settings; call `setVms` when they change. */
  readonly vms: readonly Vm[];
  readonly hostKeys: HostKeyDecision;
  /** For the log channel. */
  readonly log: (message: string, cause?: unknown) => void;
}

/**
 * The machines of the sidebar: the local engine first, then the VMs. Connects when somebody looks or asks; then one list and the
 * event stream, no polling; what is no longer known to be true is `stale`. Comes back by itself only while visible.
 */
export class VmInventory {
  readonly #options: VmInventoryOptions;
  readonly #listeners = new Set<(id: MachineId | undefined) => void>();
  #members: readonly Member[];
  #snapshot: readonly MachineEntry[];
  readonly #turns = new RefreshTurns();
  #isVisible = false;

  constructor(options: VmInventoryOptions) {
    this.#options = options;
    this.#members = [this.#localMember(), ...options.vms.map((vm) => this.#vmMember(vm))];
    this.#snapshot = this.#members.map((member) => member.entry);
  }

  /** A snapshot in order; the array and each entry are new values when something changed. */
  get machines(): readonly MachineEntry[] {
    return this.#snapshot;
  }

  entry(id: MachineId): MachineEntry | undefined {
    return this.#snapshot.find((entry) => entry.id === id);
  }

  /** Keeps the connections of VMs whose settings did not change; closes the others. */
  setVms(vms: readonly Vm[]): void {
    const [local, ...before] = this.#members;
    const kept = new Set<Member>();
    const members = vms.map((vm) => {
      const same = before.find((member) => !kept.has(member) && member.vm !== undefined && isSameVm(member.vm, vm));
      if (same !== undefined) kept.add(same);
      return same ?? this.#vmMember(vm);
    });
    this.#members = local === undefined ? members : [local, ...members];
    for (const member of before) if (!kept.has(member)) member.session.dispose();
    for (const member of members) if (!kept.has(member)) member.session.setVisible(this.#isVisible);
    this.#tell(undefined);
  }

  /** Whether a view shows the machines: connects them all, and reconnects lost ones with back-off, only while true. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    for (const member of this.#members) member.session.setVisible(isVisible);
  }

  /** Connects now, whatever the state; resolves when connected or failed. */
  async retry(id: MachineId): Promise<void> {
    const session = this.#session(id);
    // The state says how it went.
    await session?.connect().catch(() => undefined);
  }

  /** For commands: the connected machine; connects if needed. Rejects with `ConnectionError`. Do not `close` it. */
  async machine(id: MachineId, signal?: AbortSignal): Promise<Machine> {
    const session = this.#session(id);
    if (session === undefined) {
      throw new ConnectionError('other', `There is no machine "${id.replace(/^vm:/, '')}" any more.`, {
        remedy: 'Add it again with "OpenClaw VM: Add VM…".',
      });
    }
    return await session.connect(signal);
  }

  /** Tells which machine changed (`undefined`: the list itself). Returns the way to stop listening. */
  onDidChange(listener: (id: MachineId | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Closes every connection. */
  dispose(): void {
    this.#listeners.clear();
    for (const member of this.#members) member.session.dispose();
  }

  #session(id: MachineId): MachineSession | undefined {
    return this.#members.find((member) => member.id === id)?.session;
  }

  #localMember(): Member {
    return this.#member({ id: 'local', kind: 'local', name: 'Local Docker' }, undefined, (signal) =>
      this.#options.connector.connectLocal(signal),
    );
  }

  #vmMember(vm: Vm): Member {
    const address = formatVmTarget(vm);
    return this.#member({ id: `vm:${vm.name}`, kind: 'vm', name: vm.name, address }, vm, (signal) =>
      this.#options.connector.connectVm(vm, this.#options.hostKeys, signal),
    );
  }

  #member(
    identity: Omit<MachineEntry, 'state'>,
    vm: Vm | undefined,
    connect: (signal: AbortSignal) => Promise<Machine>,
  ): Member {
    const session = new MachineSession({
      name: identity.name,
      connect,
      onState: (state) => {
        member.entry = { ...identity, state };
        this.#tell(identity.id);
      },
      turns: this.#turns,
      log: this.#options.log,
    });
    const member: Member = { id: identity.id, vm, session, entry: { ...identity, state: session.state } };
    return member;
  }

  #tell(id: MachineId | undefined): void {
    this.#snapshot = this.#members.map((member) => member.entry);
    for (const listener of [...this.#listeners]) listener(id);
  }
}

interface Member {
  readonly id: MachineId;
  readonly vm: Vm | undefined;
  readonly session: MachineSession;
  entry: MachineEntry;
}

function isSameVm(a: Vm, b: Vm): boolean {
  if (a.name !== b.name) return false;
  if ('context' in a || 'context' in b) return 'context' in a && 'context' in b && a.context === b.context;
  return a.host === b.host && a.port === b.port && a.user === b.user && a.identityFile === b.identityFile;
}
