import * as vscode from 'vscode';
import type { ConnectionError } from '../../application/ConnectionError.ts';
import { type ChangedPart, changedParts } from '../../application/vms/changedParts.ts';
import { filterView } from '../../application/vms/filterView.ts';
import type { MachineEntry, MachineState, MachineView } from '../../application/vms/MachineState.ts';
import { networkWarning } from '../../application/vms/networkWarning.ts';
import { wrongClock } from '../../application/vms/wrongClock.ts';
import { formatBytes } from '../../core/text/formatBytes.ts';
import { composeProjectNodes, type KnownProjects } from './composeProjectNode.ts';
import { addFact } from './containerNode.ts';
import { engineGroups } from './engineGroups.ts';
import { addVmHint, getDockerHint, hintNode, retryHint } from './hintNode.ts';
import type { Branch } from './KnownNodes.ts';
import { type KnownOthers, otherContainersNodes } from './otherContainersNode.ts';
import type { TreeNode } from './TreeNode.ts';
import type { TreeSource } from './TreeSource.ts';
import { tunnelNode } from './tunnelNode.ts';

/** A machine's own node, and all below it that was drawn. */
export interface MachineBranch extends Branch {
  /** The nodes to draw anew after a change of the machine's state; none where nothing changed that is drawn. */
  changed(before: MachineState, after: MachineState): readonly TreeNode[];
}

/** The local engine or a VM; the source is asked anew at each look. */
export function machineBranch(machineId: string, source: () => TreeSource): MachineBranch {
  const entryOf = (): MachineEntry | undefined => source().inventory.entry(machineId);
  const { inventory } = source();
  const drawn: DrawnParts = {
    projects: composeProjectNodes(inventory, machineId),
    others: otherContainersNodes(inventory, machineId),
  };
  const node: TreeNode = {
    id: machineId,
    machineId,
    item: () => {
      const entry = entryOf();
      return entry === undefined ? new vscode.TreeItem(machineId) : itemOf(entry);
    },
    children: () => {
      const entry = entryOf();
      return entry === undefined ? [] : childrenOf(node, entry, source(), drawn);
    },
  };
  return {
    node,
    changed: (before, after) => {
      // Of what a filter shows, anything may come or go.
      if (source().filterText !== '') return before === after ? [] : [node];
      return changedParts(before, after).flatMap((part) => nodeOf(part, node, drawn) ?? []);
    },
  };
}

interface DrawnParts {
  readonly projects: KnownProjects;
  readonly others: KnownOthers;
}

/** The node of a part, with its new value; `undefined` where it was not drawn. */
function nodeOf(part: ChangedPart, machine: TreeNode, { projects, others }: DrawnParts): TreeNode | undefined {
  const isStale = false;
  switch (part.kind) {
    case 'machine':
      return machine;
    case 'project':
      return projects.update({ project: part.project, isStale })?.node;
    case 'service':
      return projects.update({ project: part.project, isStale })?.services.update({ service: part.service, isStale })
        ?.node;
    case 'otherContainers':
      return others.update({ containers: part.containers, isStale })?.node;
    case 'container': {
      const { container, place } = part;
      if (place.kind === 'others') {
        const shown = { container, isGateway: false, isStale };
        return others.update({ containers: place.containers, isStale })?.containers.update(shown)?.node;
      }
      const { project, service } = place;
      return projects
        .update({ project, isStale })
        ?.services.update({ service, isStale })
        ?.containers.update({ container, isGateway: service.isGateway, isStale })?.node;
    }
  }
}

function itemOf(entry: MachineEntry): vscode.TreeItem {
  const { state } = entry;
  // From the start, also without children: VS Code does not unfold a line that it has once drawn without a fold.
  const item = new vscode.TreeItem(entry.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = entry.id;
  item.contextValue = `${entry.kind === 'local' ? 'localEngine' : 'vm'}.${contextStateOf(state)}`;
  item.iconPath = iconOf(entry);
  item.description = descriptionOf(entry);
  item.tooltip = tooltipOf(entry);
  return item;
}

/** An engine alone has neither a shell nor files to deploy. */
function contextStateOf(state: MachineEntry['state']): string {
  const isEngineOnly = state.kind === 'connected' && state.view.way.place === 'engineOnly';
  return isEngineOnly ? 'connectedEngine' : contextState[state.kind];
}

const contextState: Record<MachineEntry['state']['kind'], string> = {
  idle: 'idle',
  connecting: 'connecting',
  connected: 'connected',
  failed: 'problem',
  stale: 'stale',
};

function childrenOf(node: TreeNode, entry: MachineEntry, source: TreeSource, drawn: DrawnParts): TreeNode[] {
  const { state } = entry;
  switch (state.kind) {
    case 'idle':
    case 'connecting':
      return [];
    case 'failed':
      return problemNodes(node, entry, state.error);
    case 'connected':
      return viewNodes(node, state.view, source, drawn, false);
    case 'stale':
      return [...problemNodes(node, entry, state.error), ...viewNodes(node, state.view, source, drawn, true)];
  }
}

function viewNodes(
  node: TreeNode,
  whole: MachineView,
  source: TreeSource,
  drawn: DrawnParts,
  isStale: boolean,
): TreeNode[] {
  const { machineId } = node;
  const { inventory, filterText } = source;
  const view = filterView(whole, filterText);
  const tunnels = source.tunnels.filter((tunnel) => tunnel.machineId === machineId).map(tunnelNode);
  const containers = view.otherContainers;
  const nodes = [
    ...drawn.projects.show(view.projects.map((project) => ({ project, isStale }))),
    ...drawn.others.show(containers.length > 0 ? [{ containers, isStale }] : []),
  ];
  if (filterText !== '') return [...tunnels, ...nodes];
  const groups = isStale ? [] : engineGroups(machineId, inventory);
  if (nodes.length > 0) return [...tunnels, ...nodes, ...groups];
  const nothing = 'No containers yet: deploy a compose project here.';
  const hint = hintNode(machineId, { key: 'nothing', label: nothing, icon: new vscode.ThemeIcon('info') });
  return [...tunnels, hint, ...groups];
}

function problemNodes(node: TreeNode, entry: MachineEntry, error: ConnectionError): TreeNode[] {
  const retry = retryHint(node);
  const wrong = {
    key: 'wrong',
    label: error.message,
    icon: isOnlyAbsent(entry)
      ? new vscode.ThemeIcon('info')
      : new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
    ...(retry.command === undefined ? {} : { command: retry.command }),
  };
  const remedy = { key: 'remedy', label: error.remedy, icon: new vscode.ThemeIcon('lightbulb') };
  const hints = [wrong, remedy];
  if (entry.kind === 'local') hints.push(...(error.problem === 'noDocker' ? [getDockerHint] : []), addVmHint);
  return [...hints, retry].map((hint) => hintNode(node.machineId, hint));
}

/** No engine on this machine is nothing bad: most people run the gateway on a VM. */
function isOnlyAbsent({ kind, state }: MachineEntry): boolean {
  return kind === 'local' && state.kind === 'failed' && state.error.problem === 'noDocker';
}

function iconOf(entry: MachineEntry): vscode.ThemeIcon {
  const { kind, state } = entry;
  const icon = kind === 'local' ? 'device-desktop' : 'vm';
  switch (state.kind) {
    case 'idle':
      return new vscode.ThemeIcon(icon);
    case 'connecting':
      return new vscode.ThemeIcon('loading~spin');
    case 'connected':
      return new vscode.ThemeIcon(kind === 'local' ? icon : 'vm-active', connectedColour(state.view));
    case 'failed':
      if (isOnlyAbsent(entry)) return new vscode.ThemeIcon(icon, new vscode.ThemeColor('descriptionForeground'));
      return new vscode.ThemeIcon(
        kind === 'local' ? icon : 'vm-outline',
        new vscode.ThemeColor('list.errorForeground'),
      );
    case 'stale':
      return new vscode.ThemeIcon(
        kind === 'local' ? icon : 'vm-outline',
        new vscode.ThemeColor('list.warningForeground'),
      );
  }
}

function connectedColour({ way }: MachineView): vscode.ThemeColor {
  return new vscode.ThemeColor(
    networkWarning(way.link) === undefined ? 'testing.iconPassed' : 'list.warningForeground',
  );
}

function descriptionOf({ address, state }: MachineEntry): string {
  switch (state.kind) {
    case 'idle':
      return address ?? '';
    case 'connecting':
      return 'connecting…';
    case 'connected':
      return factsOf(state.view).join(' · ');
    case 'failed':
      return shortProblem[state.error.problem];
    case 'stale':
      return `${shortProblem[state.error.problem]} · last seen ${timeOf(state.view.updatedAtMs)}`;
  }
}

const shortProblem: Record<ConnectionError['problem'], string> = {
  nameNotResolved: 'name not found',
  unreachable: 'not reachable',
  refused: 'connection refused',
  hostKeyChanged: 'HOST KEY CHANGED',
  hostKeyRefused: 'host key not trusted',
  authenticationFailed: 'login refused',
  noDocker: 'no Docker',
  engineStopped: 'Docker is not running',
  noSocketPermission: 'no permission for Docker',
  connectionLost: 'connection lost',
  tlsFailed: 'TLS failed',
  other: 'not connected',
};

function factsOf({ info, facts, way }: MachineView): string[] {
  // The packager's suffix, such as `+dfsg1`, is in the tooltip.
  const version = /^[\d.]+/.exec(info.version)?.[0] ?? info.version;
  const free = facts?.freeDiskBytes;
  const disk = free !== undefined && free < littleDiskBytes ? [`only ${formatBytes(free)} of disk free`] : [];
  const warning = networkWarning(way.link);
  const dangers = warning === undefined ? [] : [warning.short];
  return [...dangers, info.architecture, formatBytes(info.memoryBytes), `Docker ${version}`, ...disk];
}

function tooltipOf(entry: MachineEntry): vscode.MarkdownString {
  const { state } = entry;
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.appendMarkdown('**').appendText(entry.name).appendMarkdown('**\n\n');
  if (entry.address !== undefined) addFact(tooltip, 'Address', entry.address);
  if (state.kind === 'connected' || state.kind === 'stale') {
    const { info, way } = state.view;
    if (way.address !== undefined)
      addFact(tooltip, 'Engine', `${way.address}${way.link?.protection === 'tls' ? ' (TLS)' : ''}`);
    addFact(tooltip, 'System', `${info.operatingSystem} (${info.architecture})`);
    addFact(tooltip, 'Memory', `${formatBytes(info.memoryBytes)}, ${info.cpus} CPUs`);
    addFact(tooltip, 'Docker', `${info.version} (API ${info.apiVersion})`);
    addMomentaryFacts(tooltip, state.view);
  }
  if (state.kind === 'connected' || state.kind === 'stale') addWayFacts(tooltip, state.view);
  if (state.kind === 'failed' || state.kind === 'stale') {
    tooltip.appendMarkdown('\n\n$(error) ').appendText(state.error.message);
    tooltip.appendMarkdown('\n\n$(lightbulb) ').appendText(state.error.remedy);
  }
  return tooltip;
}

function addWayFacts(tooltip: vscode.MarkdownString, { way }: MachineView): void {
  const warning = networkWarning(way.link);
  // Words of ours: as markup they wrap between words.
  if (warning !== undefined) tooltip.appendMarkdown(`\n\n$(warning) ${warning.long}`);
  if (way.place === 'engineOnly') {
    tooltip.appendMarkdown(
      '\n\n$(info) Only the engine is reached: no terminal, disk and load of the machine, no builds and deployments. Add the machine over SSH for those.',
    );
  }
}

function addMomentaryFacts(tooltip: vscode.MarkdownString, { facts }: MachineView): void {
  if (facts === undefined) return;
  const { diskBytes, freeDiskBytes, load } = facts;
  const clockAheadS = wrongClock(facts);
  if (diskBytes !== undefined && freeDiskBytes !== undefined)
    addFact(tooltip, 'Disk', `${formatBytes(freeDiskBytes)} of ${formatBytes(diskBytes)} free`);
  if (load !== undefined) addFact(tooltip, 'Load', load.toFixed(2));
  if (clockAheadS !== undefined)
    addFact(tooltip, 'Clock', `${Math.abs(clockAheadS)} s ${clockAheadS > 0 ? 'ahead of' : 'behind'} this machine's`);
}

/** With less than that a build fails soon. */
const littleDiskBytes = 2 * 1024 ** 3;

function timeOf(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}
