import type { ProjectModel } from '../../workspace/ProjectModel.ts';
import { composeMatches } from '../composeMatches.ts';
import { restartPolicyFixes } from '../fixes/restartPolicyFixes.ts';
import { type Gateway, gatewaysOf, isShortLived } from '../gateways.ts';
import type { Finding, Rule } from '../Rule.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** Without a restart policy the gateway stays down after a crash and after the VM's next boot. */
export const restartPolicyMissing: Rule = {
  id: 'restart-policy-missing',
  summary: 'Give the gateway a restart policy',
  why:
    'Docker starts a container again after a crash, or after the VM has booted (kernel updates do that), only where a restart policy says so. ' +
    'Without one the gateway stays down, and its channels are silent, until somebody notices.',
  severity: 'warning',
  noFix: 'for a service that is written on one line.',
  check: (project) => uniqueFindings(gatewaysOf(project).flatMap((gateway) => findingsFor(project, gateway))),
  bad: { 'compose.yaml': 'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n' },
  good: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    restart: unless-stopped\n',
  },
};

function findingsFor(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  const { name, main, service, definitions, hasUnknownBase } = gateway;
  if (main === undefined || hasUnknownBase || service.hasDeployRestart) return [];
  if (definitions.some((definition) => definition.service.restart !== undefined)) return [];
  // Coolify, which knows these names, gives each service a policy itself.
  if (definitions.some(({ compose }) => composeMatches(compose, /\bSERVICE_(?:FQDN|URL|PASSWORD|USER)_/))) return [];
  if (service.profiles.length > 0 || isShortLived(project, main.path)) return [];
  return [
    {
      path: main.path,
      range: main.service.nameRange,
      message: `"${name}" has no restart policy: after a crash or a reboot of the VM the gateway stays down until somebody starts it. Add restart: unless-stopped.`,
      fixes: () => restartPolicyFixes(main),
    },
  ];
}
