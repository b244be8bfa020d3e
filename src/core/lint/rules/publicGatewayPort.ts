import type { ComposePort } from '../../compose/ComposeFile.ts';
import type { ProjectService } from '../../workspace/ProjectModel.ts';
import { publicPortFixes } from '../fixes/publicPortFixes.ts';
import { hostAddressOf, leadsTo, listeningPorts } from '../gatewayPorts.ts';
import { type Gateway, gatewaysOf } from '../gateways.ts';
import type { Finding, Rule } from '../Rule.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** A gateway that everyone can reach is one token away from a shell on the VM. */
export const publicGatewayPort: Rule = {
  id: 'public-gateway-port',
  summary: 'Publish the gateway port on 127.0.0.1 only',
  why:
    'A port without a host address is published on all interfaces, and Docker opens it past ufw, whose INPUT rules never see the traffic. ' +
    'Anyone on the internet reaches the gateway; only its token stands in between.',
  severity: 'warning',
  noFix: 'for ports that an anchor brings in.',
  check: (project) => uniqueFindings(gatewaysOf(project).flatMap(findingsFor)),
  bad: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    ports:\n      - "18789:18789"\n',
  },
  good: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    ports:\n      - "127.0.0.1:18789:18789"\n',
  },
};

function findingsFor(gateway: Gateway): readonly Finding[] {
  // Neither has ports of its own: compose ignores them or refuses.
  if (gateway.service.networkMode !== undefined && gateway.service.networkMode.value !== 'bridge') return [];
  const listening = listeningPorts(gateway);
  const effective = new Set(gateway.service.ports);
  return gateway.definitions.flatMap((definition) =>
    definition.service.ports
      .filter((port) => effective.has(port) && leadsTo(port, listening, definition.variables))
      .filter((port) => isEverywhere(hostAddressOf(port, definition.variables)))
      .map((port) => asFinding(definition, port)),
  );
}

function isEverywhere(address: string | undefined): boolean {
  return address !== undefined && /^(?:|0\.0\.0\.0|\*|\[?::\]?)$/.test(address);
}

function asFinding({ path, compose }: ProjectService, port: ComposePort): Finding {
  return {
    path,
    range: port.range,
    message:
      'The gateway port is published on all interfaces: anyone on the internet reaches it, and ufw does not stop ports that Docker publishes. ' +
      'Publish it on 127.0.0.1 and reach it through ssh -L, a VPN or a reverse proxy.',
    peers: { ids: ['no-unbound-port-interfaces'], range: port.range },
    fixes: () => publicPortFixes(path, compose.text, port),
  };
}
