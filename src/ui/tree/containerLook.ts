import * as vscode from 'vscode';
import type { Container } from '../../application/ports/Engine.ts';

/** Icon for a container's state and health. */
export function containerIcon(container: Container): vscode.ThemeIcon {
  const [icon, color] = looks[lookOf(container)];
  return color === undefined ? new vscode.ThemeIcon(icon) : new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
}

/** What decides the icon of a group: the unhappiest comes first. */
export function worstContainer(containers: readonly Container[]): Container | undefined {
  return containers.toSorted((a, b) => order.indexOf(lookOf(a)) - order.indexOf(lookOf(b)))[0];
}

type Look = 'failed' | 'unhealthy' | 'restarting' | 'starting' | 'paused' | 'stopped' | 'running' | 'healthy';

const order: readonly Look[] = [
  'failed',
  'unhealthy',
  'restarting',
  'starting',
  'paused',
  'stopped',
  'running',
  'healthy',
];

const looks: Record<Look, readonly [icon: string, color?: string]> = {
  failed: ['error', 'testing.iconFailed'],
  unhealthy: ['warning', 'list.warningForeground'],
  restarting: ['sync~spin', 'list.warningForeground'],
  starting: ['loading~spin', 'charts.blue'],
  paused: ['debug-pause', 'descriptionForeground'],
  stopped: ['circle-outline', 'descriptionForeground'],
  running: ['circle-filled', 'testing.iconPassed'],
  healthy: ['pass-filled', 'testing.iconPassed'],
};

function lookOf(container: Container): Look {
  switch (container.state) {
    case 'restarting':
      return 'restarting';
    case 'paused':
      return 'paused';
    case 'dead':
      return 'failed';
    case 'exited':
      // The engine's words hold the exit code: `Exited (78) 3 minutes ago`. A stop by signal is nobody's failure.
      return /^Exited \((?:0|130|143)\)/.test(container.status) ? 'stopped' : 'failed';
    case 'created':
    case 'removing':
      return 'stopped';
    case 'running':
      if (container.health === 'unhealthy') return 'unhealthy';
      if (container.health === 'starting') return 'starting';
      return container.health === 'healthy' ? 'healthy' : 'running';
  }
}
