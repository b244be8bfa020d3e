import * as vscode from 'vscode';
import type { Container } from '../../application/ports/Engine.ts';
import {
  type ContainerCondition,
  containerCondition,
  worstCondition,
} from '../../application/vms/containerCondition.ts';

/** Icon for a container's state and health. */
export function containerIcon(container: Container): vscode.ThemeIcon {
  return conditionIcon(containerCondition(container));
}

/** Icon of a group: that of its unhappiest container. */
export function groupIcon(containers: readonly Container[]): vscode.ThemeIcon {
  const worst = worstCondition(containers);
  return worst === undefined ? new vscode.ThemeIcon('circle-outline') : conditionIcon(worst);
}

function conditionIcon(condition: ContainerCondition): vscode.ThemeIcon {
  const [icon, color] = looks[condition];
  return color === undefined ? new vscode.ThemeIcon(icon) : new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
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
