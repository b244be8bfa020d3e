import * as vscode from 'vscode';
import type { MachineConnector } from '../application/ports/MachineConnector.ts';
import { Tunnels } from '../application/tunnels/Tunnels.ts';
import { VmInventory } from '../application/vms/VmInventory.ts';
import type { Vm } from '../core/vm/Vm.ts';
import { askAboutHostKey } from './askAboutHostKey.ts';
import { DisposableStore } from './DisposableStore.ts';
import type { HostAdapters } from './HostAdapters.ts';
import type { WorkspaceLint } from './lint/WorkspaceLint.ts';
import { logConnectionProblems } from './logConnectionProblems.ts';
import { ContainerLogs } from './logs/ContainerLogs.ts';
import { GatewayLogs } from './logs/GatewayLogs.ts';
import { ReadOnlyDocuments } from './ReadOnlyDocuments.ts';
import { SshSecrets } from './SshSecrets.ts';
import { readVmSettings } from './settings/vmSettings.ts';
import type { RunningBinaries } from './skills/RunningBinaries.ts';
import { TreeFilter } from './tree/TreeFilter.ts';
import type { TreeSource } from './tree/TreeSource.ts';

/** What the surfaces share. Nothing of it connects or loads anything before somebody looks or asks. */
export class Services implements vscode.Disposable {
  readonly #owned = new DisposableStore();
  readonly extensionUri: vscode.Uri;
  readonly workspaceState: vscode.Memento;
  readonly adapters: () => Promise<HostAdapters>;
  readonly log = this.#owned.add(vscode.window.createOutputChannel('OpenClaw VM', { log: true }));
  readonly sshSecrets: SshSecrets;
  readonly inventory: VmInventory;
  readonly lint: WorkspaceLint;
  /** Shared with the Skills view, which is there before these services are. */
  readonly running: RunningBinaries;
  readonly gatewayLogs: GatewayLogs;
  readonly containerLogs: ContainerLogs;
  readonly documents = this.#owned.add(new ReadOnlyDocuments());
  readonly filter = this.#owned.add(new TreeFilter());
  /** What the sidebar is drawn from, as it is at each look. */
  readonly treeSource: () => TreeSource;
  readonly #treeChanged = this.#owned.add(new vscode.EventEmitter<void>());
  readonly onDidChangeTree = this.#treeChanged.event;
  #openedTunnels: Tunnels | undefined;
  #openingTunnels: Promise<Tunnels> | undefined;
  #deployOutput: vscode.OutputChannel | undefined;

  constructor(
    context: vscode.ExtensionContext,
    { lint, running }: { readonly lint: WorkspaceLint; readonly running: RunningBinaries },
    loadAdapters: () => Promise<HostAdapters>,
  ) {
    this.lint = lint;
    this.running = running;
    this.extensionUri = context.extensionUri;
    this.workspaceState = context.workspaceState;
    let loading: Promise<HostAdapters> | undefined;
    this.adapters = () => {
      loading ??= loadAdapters();
      return loading;
    };
    this.sshSecrets = new SshSecrets(context.secrets, context.globalState);
    this.inventory = new VmInventory({
      connector: lazyConnector(async () =>
        (await this.adapters()).createMachineConnector({
          prompts: this.sshSecrets,
          log: (message) => this.log.info(message),
        }),
      ),
      vms: this.#readVms(),
      hostKeys: askAboutHostKey,
      log: (message, cause) => (cause === undefined ? this.log.info(message) : this.log.warn(message, cause)),
    });
    this.#owned.add({ dispose: () => this.inventory.dispose() });
    this.#owned.add(logConnectionProblems(this.inventory, this.log));
    this.gatewayLogs = this.#owned.add(new GatewayLogs(this.inventory, this.log));
    this.containerLogs = this.#owned.add(new ContainerLogs(this.inventory, this.log));
    this.treeSource = () => ({
      inventory: this.inventory,
      filterText: this.filter.text,
      tunnels: this.#openedTunnels?.list ?? [],
    });
    this.#owned.add(this.filter.onDidChange(() => this.#treeChanged.fire()));
    this.#owned.add({ dispose: () => this.#openedTunnels?.dispose() });
    this.#owned.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('openclawVm.vms')) this.applyVmSettings();
      }),
    );
  }

  /** The tunnels of this window; they end with it. */
  tunnels(): Promise<Tunnels> {
    this.#openingTunnels ??= this.adapters().then(({ localListener }) => {
      const tunnels = new Tunnels({
        listener: localListener,
        machine: (id) => this.inventory.machine(id),
        log: (message, cause) => this.log.warn(message, cause),
      });
      tunnels.onDidChange(() => this.#treeChanged.fire());
      this.#openedTunnels = tunnels;
      return tunnels;
    });
    return this.#openingTunnels;
  }

  /** Everything that builds and deployments print; made when the first one starts. */
  get deployOutput(): vscode.OutputChannel {
    this.#deployOutput ??= this.#owned.add(vscode.window.createOutputChannel('OpenClaw VM: Deploy'));
    return this.#deployOutput;
  }

  /** Brings the sidebar in line with the settings. */
  applyVmSettings(): void {
    this.inventory.setVms(this.#readVms());
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #readVms(): readonly Vm[] {
    const { vms, problems } = readVmSettings();
    for (const problem of problems) this.log.warn(problem);
    const [first] = problems;
    if (first !== undefined) void warnAboutSettings(first, problems.length - 1);
    return vms;
  }
}

async function warnAboutSettings(problem: string, otherCount: number): Promise<void> {
  const others = otherCount === 0 ? '' : ` (and ${otherCount} more: see the log)`;
  const openSettings = 'Open Settings';
  const chosen = await vscode.window.showWarningMessage(`${problem}${others}`, openSettings);
  if (chosen === openSettings) await vscode.commands.executeCommand('workbench.action.openSettings', 'openclawVm.vms');
}

function lazyConnector(create: () => Promise<MachineConnector>): MachineConnector {
  let creating: Promise<MachineConnector> | undefined;
  const connector = () => {
    creating ??= create();
    return creating;
  };
  return {
    connectLocal: async (signal) => (await connector()).connectLocal(signal),
    connectVm: async (vm, hostKeys, signal) => (await connector()).connectVm(vm, hostKeys, signal),
  };
}
