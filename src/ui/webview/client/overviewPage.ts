import type { GatewayOverview } from '../../../application/overview/GatewayOverview.ts';
import type { ProbeAnswer } from '../../../application/verify/GatewayChecks.ts';
import { formatBytes } from '../../../core/text/formatBytes.ts';
import type { ClientMessage } from '../messages.ts';
import { binariesSection } from './binariesSection.ts';
import { element } from './element.ts';
import { persistenceSection } from './persistenceSection.ts';
import { problemsSection } from './problemsSection.ts';
import { stateLabel, type Tone } from './stateLabel.ts';
import { timeAgo } from './timeAgo.ts';

export type Send = (type: ClientMessage['type']) => void;

/** The whole page for one look at a gateway. */
export function overviewPage(overview: GatewayOverview, send: Send): HTMLElement[] {
  const problems = overview.problems.length === 0 ? [] : [problemsSection(overview.problems)];
  return [
    header(overview, send),
    ...problems,
    element('div', { class: 'cards' }, gatewayCard(overview), probesCard(overview), machineCard(overview)),
    binariesSection(overview.binaries),
    persistenceSection(overview.persistence),
  ];
}

function header({ service, project, machine, probe, container, readAtMs }: GatewayOverview, send: Send): HTMLElement {
  const refresh = element('vscode-button', { id: 'refresh' }, 'Refresh');
  refresh.addEventListener('click', () => send('refresh'));
  const tail = element('vscode-button', { appearance: 'secondary', id: 'tailLogs' }, 'Tail Logs');
  tail.addEventListener('click', () => send('tailLogs'));
  const isRunning = container.state === 'running';
  const [tone, word] = isRunning ? gatewayStates[probe.state] : (['bad', container.state] as const);
  const where = [machine.name, machine.address, project].filter((part) => part !== undefined).join(' · ');
  return element(
    'header',
    {},
    element(
      'div',
      { class: 'title' },
      element('h1', {}, service, stateLabel(tone, word)),
      element('p', { class: 'quiet' }, `${where} · read at ${new Date(readAtMs).toLocaleTimeString()}`),
    ),
    element('div', { class: 'buttons' }, tail, refresh),
  );
}

const gatewayStates: Record<GatewayOverview['probe']['state'], readonly [Tone, string]> = {
  ready: ['good', 'Ready'],
  live: ['warning', 'Live, not ready'],
  starting: ['warning', 'Starting'],
  down: ['bad', 'No answer'],
};

const eras: Record<GatewayOverview['era'], string> = {
  clawdbot: 'Clawdbot (January 2026)',
  moltbot: 'Moltbot (January 2026)',
  openclaw: 'OpenClaw (before 2026.5.12)',
  openclawSecretKey: 'OpenClaw (2026.5.12 or newer)',
};

function gatewayCard({ machine, container, version, era, readAtMs }: GatewayOverview): HTMLElement {
  const isRunning = container.state === 'running';
  const exit = container.outOfMemoryKilled
    ? 'killed: the VM is out of memory'
    : `${container.exitCode}${container.exitCode === 78 ? ' (configuration)' : ''}`;
  const ports = container.ports.filter(({ hostPort }) => hostPort !== undefined);
  return card('Gateway', [
    ['Version', version ?? eras[era]],
    ['State', container.status],
    ['Health', healthLabel(container.health)],
    ...(isRunning ? [] : [['Exit code', exit] as const]),
    ['Image', container.image],
    ['Container', container.name],
    ['Created', timeAgo(container.createdAt, machine.engine.systemTimeMs ?? readAtMs)],
    ['Restarts', String(container.restartCount)],
    [
      'Ports',
      ports.length === 0
        ? 'none published'
        : [
            ...new Set(ports.map((port) => `${bracketed(port.hostAddress)}:${port.hostPort} → ${port.containerPort}`)),
          ].join(', '),
    ],
  ]);
}

function healthLabel(health: GatewayOverview['container']['health']): HTMLElement {
  switch (health) {
    case 'healthy':
      return stateLabel('good', 'healthy');
    case 'unhealthy':
      return stateLabel('bad', 'unhealthy');
    case 'starting':
      return stateLabel('warning', 'starting');
    case 'none':
      return stateLabel('neutral', 'no health check');
  }
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

const answers: Record<ProbeAnswer, readonly [Tone, string]> = {
  yes: ['good', 'yes'],
  no: ['bad', 'no'],
  noAnswer: ['bad', 'no answer'],
  unknown: ['neutral', 'cannot be asked'],
};

const readyLines: Record<GatewayOverview['probe']['readyLine'], readonly [Tone, string]> = {
  ready: ['good', 'printed'],
  httpOnly: ['warning', 'only HTTP listens'],
  starting: ['warning', 'not yet'],
  none: ['neutral', 'not seen'],
};

function probesCard({ probe }: GatewayOverview): HTMLElement {
  return card('Probes', [
    ['Live (/healthz)', stateLabel(...answers[probe.live])],
    ['Ready (/readyz)', stateLabel(...answers[probe.ready])],
    ['Ready line in the log', stateLabel(...readyLines[probe.readyLine])],
    ...(probe.failing.length === 0 ? [] : [['Not ready yet', probe.failing.join(', ')] as const]),
  ]);
}

function machineCard({ machine }: GatewayOverview): HTMLElement {
  const { engine } = machine;
  return card(machine.address === undefined ? 'This machine' : 'VM', [
    ['Name', machine.name],
    ...(machine.address === undefined ? [] : [['Address', machine.address] as const]),
    ['System', engine.operatingSystem],
    ['Architecture', engine.architecture],
    ['Memory', formatBytes(engine.memoryBytes)],
    ['CPUs', String(engine.cpus)],
    ['Docker', engine.version],
  ]);
}

function card(title: string, facts: readonly (readonly [string, string | HTMLElement])[]): HTMLElement {
  const list = element(
    'dl',
    {},
    ...facts.flatMap(([label, value]) => [element('dt', {}, label), element('dd', {}, value)]),
  );
  const id = `card-${title.toLowerCase().replaceAll(' ', '-')}`;
  return element('section', { class: 'card', 'aria-labelledby': id }, element('h2', { id }, title), list);
}
