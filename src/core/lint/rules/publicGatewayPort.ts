import type { ComposePort } from '../../compose/ComposeFile.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { publicPortFixes } from '../fixes/publicPortFixes.ts';
import { hostAddressOf, leadsTo, listeningPorts } from '../gatewayPorts.ts';
import { gatewayRuns } from '../gatewayRuns.ts';
import { type Gateway, gatewaysOf } from '../gateways.ts';
import type { Fix } from '../Problem.ts';
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
  check: (project) => uniqueFindings([...gatewaysOf(project).flatMap(findingsFor), ...inScripts(project)]),
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

/** `docker run -p` in the project's own scripts. */
function inScripts(project: ProjectModel): readonly Finding[] {
  return gatewayRuns(project).flatMap(({ path, ports }) =>
    ports
      .filter(({ value }) => publishedEverywhere.test(value))
      .map(({ range }) => ({ path, range, message, fixes: () => scriptFixes(project, path, range) })),
  );
}

const publishedEverywhere =
  /^(?:--publish=)?(?:(?:0\.0\.0\.0|\[::\]):)?(?:\d+|\$\w+|\$\{\w+(?::-\d+)?\}):18789(?:\/tcp)?$/;

function scriptFixes(project: ProjectModel, path: string, range: TextRange): readonly Fix[] {
  const written = project.read(path)?.slice(range.start, range.end) ?? '';
  const before = /^(?:--publish=)?["']?((?:0\.0\.0\.0|\[::\]):)?/.exec(written)?.[0].length ?? 0;
  const end = range.start + before;
  const start = end - (/(?:0\.0\.0\.0|\[::\]):$/.exec(written.slice(0, before))?.[0].length ?? 0);
  const edit = { range: { start, end }, newText: '127.0.0.1:' };
  return [{ title: 'Publish on 127.0.0.1 only', edits: [{ path, edits: [edit] }] }];
}

const message =
  'The gateway port is published on all interfaces: anyone on the internet reaches it, and ufw does not stop ports that Docker publishes. ' +
  'Publish it on 127.0.0.1 and reach it through ssh -L, a VPN or a reverse proxy.';

function asFinding({ path, compose }: ProjectService, port: ComposePort): Finding {
  return {
    path,
    range: port.range,
    message,
    peers: { ids: ['no-unbound-port-interfaces'], range: port.range },
    fixes: () => publicPortFixes(path, compose.text, port),
  };
}
