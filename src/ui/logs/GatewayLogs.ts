import * as vscode from 'vscode';
import type { GatewayTarget } from '../../application/GatewayTarget.ts';
import { tailGatewayLogs } from '../../application/logs/tailGatewayLogs.ts';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { DisposableStore } from '../DisposableStore.ts';
import { LineBatch } from '../LineBatch.ts';
import { reportError } from '../reportError.ts';

const tailingContextKey = 'openclawVm.tailing';

export interface LogSource extends GatewayTarget {
  readonly machineId: MachineId;
  readonly machineName: string;
}

interface OpenLog {
  readonly channel: vscode.OutputChannel;
  following: AbortController | undefined;
}

/** One output channel for each gateway whose log was asked for. */
export class GatewayLogs implements vscode.Disposable {
  readonly #owned = new DisposableStore();
  readonly #inventory: VmInventory;
  readonly #log: vscode.LogOutputChannel;
  readonly #logs = new Map<string, OpenLog>();

  constructor(inventory: VmInventory, log: vscode.LogOutputChannel) {
    this.#inventory = inventory;
    this.#log = log;
  }

  /** Shows the gateway's log and follows it until it is stopped; returns at once. */
  follow(source: LogSource, tailLines: number): void {
    const name = `Gateway: ${source.service} (${source.machineName})`;
    const log = this.#logs.get(name) ?? { channel: this.#createChannel(name), following: undefined };
    this.#logs.set(name, log);
    log.channel.show(true);
    if (log.following !== undefined) return;
    log.channel.clear();
    log.following = new AbortController();
    void this.#copyLines(source, tailLines, log, log.following);
    this.#tellTailing();
  }

  stopAll(): void {
    for (const log of this.#logs.values()) {
      log.following?.abort();
      log.following = undefined;
    }
    this.#tellTailing();
  }

  dispose(): void {
    for (const log of this.#logs.values()) log.following?.abort();
    this.#owned.dispose();
  }

  #createChannel(name: string): vscode.OutputChannel {
    return this.#owned.add(vscode.window.createOutputChannel(name, 'openclaw-gateway-log'));
  }

  async #copyLines(source: LogSource, tail: number, log: OpenLog, following: AbortController): Promise<void> {
    const { signal } = following;
    const batch = new LineBatch(log.channel);
    try {
      const machine = await this.#inventory.machine(source.machineId, signal);
      for await (const line of tailGatewayLogs(machine, source, { tail, signal })) batch.add(line.text);
      batch.flush();
      if (!signal.aborted) log.channel.appendLine('--- The log has ended.');
    } catch (error) {
      batch.flush();
      if (!signal.aborted) await reportError(error, this.#log);
    } finally {
      if (signal.aborted) log.channel.appendLine('--- No longer following. Run "Tail Gateway Logs" to follow again.');
      if (log.following === following) log.following = undefined;
      this.#tellTailing();
    }
  }

  #tellTailing(): void {
    const isTailing = [...this.#logs.values()].some((log) => log.following !== undefined);
    void vscode.commands.executeCommand('setContext', tailingContextKey, isTailing);
  }
}
