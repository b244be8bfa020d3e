import * as vscode from 'vscode';
import type { Container } from '../../application/ports/Engine.ts';
import {
  type ContainerCondition,
  conditionOrder,
  containerCondition,
} from '../../application/vms/containerCondition.ts';

/** Icon for a container's state and health. */
export function containerIcon(container: Container): vscode.ThemeIcon {
  const [icon, color] = looks[containerCondition(container)];
  return color === undefined ? new vscode.ThemeIcon(icon) : new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
}

/** What decides the icon of a group: the unhappiest comes first. */
export function worstContainer(containers: readonly Container[]): Container | undefined {
  return containers.toSorted(
    (a, b) => conditionOrder.indexOf(containerCondition(a)) - conditionOrder.indexOf(containerCondition(b)),
  )[0];
}

const looks: Record<ContainerCondition, readonly [icon: string, color?: string]> = {
  failed: ['error', 'testing.iconFailed'],
  unhealthy: ['warning', 'list.warningForeground'],
  restarting: ['sync~spin', 'list.warningForeground'],
  starting: ['loading~spin', 'charts.blue'],
  paused: ['debug-pause', 'descriptionForeground'],
  stopped: ['circle-outline', 'descriptionForeground'],
  running: ['circle-filled', 'testing.iconPassed'],
  healthy: ['pass-filled', 'testing.iconPassed'],
};
