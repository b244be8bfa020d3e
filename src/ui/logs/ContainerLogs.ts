import * as vscode from 'vscode';
import type { Container } from '../../application/ports/Engine.ts';
import { secretValues } from '../../application/secretValues.ts';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { stripAnsi } from '../../core/gateway/ansi.ts';
import { maskSecrets } from '../../core/gateway/maskSecrets.ts';
import { DisposableStore } from '../DisposableStore.ts';
import { LineBatch } from '../LineBatch.ts';
import { reportError } from '../reportError.ts';

const tailLines = 500;

/** One output channel for each container whose log was asked for. */
export class ContainerLogs implements vscode.Disposable {
  readonly #owned = new DisposableStore();
  readonly #inventory: VmInventory;
  readonly #log: vscode.LogOutputChannel;
  readonly #channels = new Map<string, vscode.OutputChannel>();
  readonly #following = new Map<string, AbortController>();

  constructor(inventory: VmInventory, log: vscode.LogOutputChannel) {
    this.#inventory = inventory;
    this.#log = log;
  }

  /** Shows the log from its end and follows it; asked again, it begins anew. Returns at once. */
  follow(machineId: MachineId, container: Container): void {
    const machineName = this.#inventory.entry(machineId)?.name ?? machineId;
    const name = `Container: ${container.name} (${machineName})`;
    const channel = this.#channels.get(name) ?? this.#owned.add(vscode.window.createOutputChannel(name, 'log'));
    this.#channels.set(name, channel);
    this.#following.get(name)?.abort();
    channel.clear();
    channel.show(true);
    const following = new AbortController();
    this.#following.set(name, following);
    void this.#copy(machineId, container.id, channel, following.signal);
  }

  dispose(): void {
    for (const following of this.#following.values()) following.abort();
    this.#owned.dispose();
  }

  async #copy(
    machineId: MachineId,
    containerId: string,
    channel: vscode.OutputChannel,
    signal: AbortSignal,
  ): Promise<void> {
    const batch = new LineBatch(channel);
    try {
      const { engine } = await this.#inventory.machine(machineId, signal);
      const { environment } = await engine.inspectContainer(containerId, signal);
      const secrets = secretValues(environment);
      for await (const { lines } of engine.logs(containerId, { follow: true, tail: tailLines, signal })) {
        for (const line of lines) batch.add(maskSecrets(stripAnsi(line), secrets));
      }
      batch.flush();
      if (!signal.aborted) channel.appendLine('--- The log has ended.');
    } catch (error) {
      batch.flush();
      if (!signal.aborted) await reportError(error, this.#log);
    }
  }
}
