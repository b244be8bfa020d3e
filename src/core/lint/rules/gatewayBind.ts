import { interpolate } from '../../compose/interpolate.ts';
import { finalState } from '../../dockerfile/stageStates.ts';
import type { ShellWord } from '../../shell/ShellWord.ts';
import type { ProjectModel } from '../../workspace/ProjectModel.ts';
import type { StartedScript } from '../../workspace/start/StartedScript.ts';
import { startedScripts } from '../../workspace/start/startedScripts.ts';
import { gatewayCommands, optionValue, pathOfWord } from '../gatewayCommands.ts';
import { leadsTo, listeningPorts } from '../gatewayPorts.ts';
import { type Gateway, gatewaysOf, startOf } from '../gateways.ts';
import { configValue } from '../openclawConfig.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** A gateway that listens on the container's own loopback cannot be reached through a published port. */
export const gatewayBind: Rule = {
  id: 'gateway-bind',
  summary: 'Bind the gateway to lan inside a container',
  why:
    'The loopback of a container is not that of the VM: behind a published port a gateway bound to loopback answers nobody, and the port is only open. ' +
    'Addresses such as 0.0.0.0 or localhost are no bind modes: the gateway refuses them and does not start.',
  severity: 'error',
  noFix: 'where a variable holds the mode.',
  check: (project) =>
    uniqueFindings([...refused(project), ...gatewaysOf(project).flatMap((gateway) => unreachable(project, gateway))]),
  bad: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    command: ["node", "openclaw.mjs", "gateway", "--bind", "loopback"]\n    ports:\n      - "127.0.0.1:18789:18789"\n',
  },
  good: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    command: ["node", "openclaw.mjs", "gateway", "--bind", "lan"]\n    ports:\n      - "127.0.0.1:18789:18789"\n',
  },
};

interface Bind {
  readonly path: string;
  readonly word: ShellWord;
  /** With variables replaced; empty where nobody can tell. */
  readonly value: string;
}

/** One per gateway command; `undefined` for those without the option. */
function bindsOf(
  project: ProjectModel,
  script: StartedScript,
  environment: ReadonlyMap<string, string>,
): readonly (Bind | undefined)[] {
  return gatewayCommands(script.commands).map(({ options }) => {
    const word = optionValue(options, '--bind');
    if (word === undefined) return undefined;
    const path = pathOfWord(script, word);
    const isCompose = path === script.service?.path;
    const variables = isCompose ? (script.service?.variables ?? environment) : environment;
    // Defaults are in the word's value already, and what a variable is set to counts more.
    const written = (project.read(path) ?? '').slice(word.range.start, word.range.end).replace(/^["']|["']$/g, '');
    const value = (written.includes('$') ? interpolate(written, variables) : '') || word.value;
    return { path, word, value: /[$`(]/.test(value) ? '' : value.replace(/^--bind=/, '') };
  });
}

const modes = /^(?:loopback|lan|tailnet|auto|custom)$/;

function refused(project: ProjectModel): readonly Finding[] {
  const environments = new Map(
    gatewaysOf(project).flatMap(({ definitions, environment }) =>
      definitions.map((definition) => [definition, environment] as const),
    ),
  );
  return startedScripts(project)
    .filter(({ when }) => when === 'start')
    .flatMap((script) => {
      const environment = script.service === undefined ? undefined : environments.get(script.service);
      return bindsOf(project, script, environment ?? ofImage(script))
        .filter((bind) => bind !== undefined)
        .filter(({ value }) => value !== '' && !modes.test(value))
        .map((bind) => ({
          path: bind.path,
          range: bind.word.range,
          message: `The gateway refuses --bind ${bind.value} and does not start: it takes loopback, lan, tailnet, auto or custom. In a container that means lan.`,
          related: script.chain,
          fixes: fixFor(project, bind, bind.value, /^(?:localhost|127\.|::1)/.test(bind.value) ? 'loopback' : 'lan'),
        }));
    });
}

/** Of a container that no compose file describes. */
function ofImage({ image, service }: StartedScript): ReadonlyMap<string, string> {
  return image === undefined || service !== undefined ? new Map() : finalState(image.stage).variables;
}

function unreachable(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  const listening = listeningPorts(gateway);
  const { networkMode, ports } = gateway.service;
  if (networkMode !== undefined && networkMode.value !== 'bridge') return [];
  const published = ports.find((port) => leadsTo(port, listening, gateway.variables));
  const owner = gateway.definitions.find(({ service }) => service.ports.some((port) => port === published));
  const start = startOf(project, gateway);
  if (published === undefined || owner === undefined || hasProxy(project, gateway, start)) return [];
  const related = [{ path: owner.path, range: published.range, message: 'The port that leads to it' }];
  const message =
    'The gateway listens on the loopback of its container: the published port answers nobody. Bind it to lan, and publish the port on 127.0.0.1.';
  const binds = start.flatMap((script) => bindsOf(project, script, gateway.environment));
  const said = binds.filter((bind) => bind !== undefined);
  if (said.length > 0) {
    // One of several starts may be the one that counts.
    if (said.length !== binds.length || said.some(({ value }) => value !== 'loopback')) return [];
    return said.map((bind) => ({
      path: bind.path,
      range: bind.word.range,
      message,
      related,
      fixes: fixFor(project, bind, 'loopback', 'lan'),
    }));
  }
  if (start.some(({ source }) => /gateway\.bind|\.bind\b|openclaw\.json/.test(source?.text ?? ''))) return [];
  const config = configValue(project, gateway, 'gateway', 'bind');
  if (config?.value !== 'loopback') return [];
  const newText = '"lan"';
  const fix = { title: 'Bind to lan', edits: [{ path: config.path, edits: [{ range: config.range, newText }] }] };
  return [{ path: config.path, range: config.range, message, related, fixes: [fix] }];
}

const proxies = /\b(?:socat|nginx|caddy|haproxy|traefik|envoy|tailscaled?|cloudflared|ngrok|iptables|proxy)\b/i;

/** Something in the container, or in its network, reaches the loopback for others. */
function hasProxy(project: ProjectModel, gateway: Gateway, start: readonly StartedScript[]): boolean {
  if (start.some(({ source, commands }) => proxies.test(source?.text ?? commands.map(textOf).join(' ')))) return true;
  return project.remember(proxiedNetworks).has(`service:${gateway.name}`);
}

/** Networks that a service with a proxy shares. */
function proxiedNetworks(project: ProjectModel): ReadonlySet<string> {
  const networks = new Set<string>();
  for (const { service } of project.services) {
    if (service.networkMode === undefined) continue;
    const words = [...(service.entrypoint?.words ?? []), ...(service.command?.words ?? [])];
    const text = [service.name, service.image?.value ?? '', ...words.map(({ value }) => value)].join(' ');
    if (proxies.test(text)) networks.add(service.networkMode.value);
  }
  return networks;
}

function textOf({ words }: { readonly words: readonly ShellWord[] }): string {
  return words.map(({ value }) => value).join(' ');
}

function fixFor(project: ProjectModel, { path, word }: Bind, from: string, to: string): readonly Fix[] {
  const text = project.read(path) ?? '';
  const at = text.slice(word.range.start, word.range.end).lastIndexOf(from);
  if (at === -1) return [];
  const range = { start: word.range.start + at, end: word.range.start + at + from.length };
  return [{ title: `Bind to ${to}`, edits: [{ path, edits: [{ range, newText: to }] }] }];
}
