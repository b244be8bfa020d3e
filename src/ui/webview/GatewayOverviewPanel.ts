import * as vscode from 'vscode';
import type { GatewayOverview } from '../../application/overview/GatewayOverview.ts';
import { readGatewayOverview } from '../../application/overview/readGatewayOverview.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { commandIds } from '../commands/commandIds.ts';
import type { PickedGateway } from '../commands/pickGateway.ts';
import { DisposableStore } from '../DisposableStore.ts';
import type { Services } from '../Services.ts';
import { type HostMessage, isClientMessage } from './messages.ts';
import { overviewHtml, overviewResourceRoots } from './overviewHtml.ts';
import { serviceLook } from './serviceLook.ts';

const viewType = 'openclawVm.gatewayOverview';
/** While a gateway starts and somebody watches. */
const startingLookMs = 3_000;
/** A gateway that is not ready by then does not start: it is broken, and looking on would tell nothing new. */
const maxStartingLooks = 60;

/** One page for each gateway. It reads when it is opened, when somebody asks, and when the container changes while it is in view. */
export class GatewayOverviewPanel {
  static readonly #open = new Map<string, GatewayOverviewPanel>();

  readonly #owned = new DisposableStore();
  readonly #services: Services;
  readonly #gateway: PickedGateway;
  readonly #expectedBinaries: () => Promise<readonly string[]>;
  readonly #panel: vscode.WebviewPanel;
  #reading: AbortController | undefined;
  #nextLook: NodeJS.Timeout | undefined;
  #startingLooks = 0;
  #look: string;

  static show(services: Services, gateway: PickedGateway, expectedBinaries: () => Promise<readonly string[]>): void {
    const key = JSON.stringify([gateway.machineId, gateway.project, gateway.service]);
    const open = GatewayOverviewPanel.#open.get(key);
    if (open !== undefined) {
      open.#panel.reveal();
      void open.#read();
      return;
    }
    const panel = new GatewayOverviewPanel(services, gateway, expectedBinaries);
    GatewayOverviewPanel.#open.set(key, panel);
    panel.#panel.onDidDispose(() => {
      GatewayOverviewPanel.#open.delete(key);
      panel.#dispose();
    });
  }

  private constructor(services: Services, gateway: PickedGateway, expectedBinaries: () => Promise<readonly string[]>) {
    this.#services = services;
    this.#gateway = gateway;
    this.#expectedBinaries = expectedBinaries;
    this.#panel = vscode.window.createWebviewPanel(
      viewType,
      `${gateway.service} on ${gateway.machineName}`,
      vscode.ViewColumn.Active,
      { enableScripts: true, localResourceRoots: overviewResourceRoots(services.extensionUri) },
    );
    this.#panel.iconPath = vscode.Uri.joinPath(services.extensionUri, 'media', 'openclaw-docker-vm.svg');
    this.#look = this.#currentLook();
    this.#owned.add(this.#panel.webview.onDidReceiveMessage((message: unknown) => this.#onMessage(message)));
    const stopListening = services.inventory.onDidChange((id) => {
      if (id === gateway.machineId) this.#onMachineChanged();
    });
    this.#owned.add({ dispose: stopListening });
    this.#owned.add(this.#panel.onDidChangeViewState(() => this.#onMachineChanged()));
    this.#panel.webview.html = overviewHtml(this.#panel.webview, services.extensionUri);
  }

  #dispose(): void {
    clearTimeout(this.#nextLook);
    this.#reading?.abort();
    this.#owned.dispose();
  }

  #onMessage(message: unknown): void {
    if (!isClientMessage(message)) return;
    switch (message.type) {
      case 'ready':
      case 'refresh':
        this.#startingLooks = 0;
        void this.#read();
        return;
      case 'tailLogs':
        this.#services.gatewayLogs.follow(this.#gateway, 200);
        return;
      case 'showLog':
        void vscode.commands.executeCommand(commandIds.showLog);
    }
  }

  /** No event tells that a gateway has become ready. */
  #lookAgain(): void {
    this.#startingLooks += 1;
    if (this.#panel.visible) void this.#read();
    else this.#look = 'starting when last seen';
  }

  /** Our own look into the container makes events too: only what the container has become counts. */
  #onMachineChanged(): void {
    const look = this.#currentLook();
    if (!this.#panel.visible || look === this.#look) return;
    this.#startingLooks = 0;
    void this.#read();
  }

  #currentLook(): string {
    return serviceLook(this.#services.inventory.entry(this.#gateway.machineId), this.#gateway);
  }

  async #read(): Promise<void> {
    clearTimeout(this.#nextLook);
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.#look = this.#currentLook();
    this.#send({ type: 'reading' });
    const answer = await this.#overviewOrFailure(reading.signal);
    if (reading.signal.aborted) return;
    this.#send(answer);
    if (answer.type === 'overview' && isStarting(answer.overview) && this.#startingLooks < maxStartingLooks)
      this.#nextLook = setTimeout(() => this.#lookAgain(), startingLookMs);
  }

  async #overviewOrFailure(signal: AbortSignal): Promise<HostMessage> {
    const { machineId, machineName, address, project, service } = this.#gateway;
    try {
      const machine = await this.#services.inventory.machine(machineId, signal);
      const expectedBinaries = await this.#expectedBinaries();
      const request = {
        machineName,
        ...(address === undefined ? {} : { address }),
        project,
        service,
        expectedBinaries,
      };
      return { type: 'overview', overview: await readGatewayOverview(machine, request, signal) };
    } catch (error) {
      if (!signal.aborted) this.#services.log.error(`Overview of ${service} on "${machineName}"`, error);
      if (error instanceof UserFacingError) return { type: 'failed', message: error.message, remedy: error.remedy };
      return { type: 'failed', message: 'The overview could not be read.', remedy: 'Look into the log for the cause.' };
    }
  }

  #send(message: HostMessage): void {
    void this.#panel.webview.postMessage(message);
  }
}

function isStarting({ container, probe }: GatewayOverview): boolean {
  return container.state === 'running' && probe.state !== 'ready';
}
