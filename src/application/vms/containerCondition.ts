import type { Container } from '../ports/Engine.ts';

/** What matters about a container at first sight. */
export type ContainerCondition =
  | 'failed'
  | 'unhealthy'
  | 'restarting'
  | 'starting'
  | 'paused'
  | 'stopped'
  | 'running'
  | 'healthy';

/** From its state and health, and from how it ended. */
export function containerCondition(container: Container): ContainerCondition {
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

/** The unhappiest first. */
export const conditionOrder: readonly ContainerCondition[] = [
  'failed',
  'unhealthy',
  'restarting',
  'starting',
  'paused',
  'stopped',
  'running',
  'healthy',
];

/** The unhappiest of the containers' conditions; `undefined` for none. */
export function worstCondition(containers: readonly Container[]): ContainerCondition | undefined {
  const conditions = new Set(containers.map(containerCondition));
  return conditionOrder.find((condition) => conditions.has(condition));
}

/** Whether somebody should look at it now. */
export function needsAttention(container: Container): boolean {
  return ['failed', 'unhealthy', 'restarting'].includes(containerCondition(container));
}
