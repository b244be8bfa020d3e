import type { ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { type Gateway, gatewaysOf, isShortLived } from '../gateways.ts';
import type { Fix } from '../Problem.ts';
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
  if (definitions.some(({ compose }) => /\bSERVICE_(?:FQDN|URL|PASSWORD|USER)_/.test(compose.text))) return [];
  if (service.profiles.length > 0 || isShortLived(project, main.path)) return [];
  return [
    {
      path: main.path,
      range: main.service.nameRange,
      message: `"${name}" has no restart policy: after a crash or a reboot of the VM the gateway stays down until somebody starts it. Add restart: unless-stopped.`,
      fixes: fixesFor(main),
    },
  ];
}

function fixesFor({ path, compose, service }: ProjectService): readonly Fix[] {
  const below = /^[ \t]*:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*([ \t]+)[\w"'<]/.exec(
    compose.text.slice(service.nameRange.end, service.range.end),
  );
  const indent = below?.[1];
  if (below === null || indent === undefined) return [];
  const image = service.image;
  const isHere = image !== undefined && image.range.start > service.range.start && image.range.end <= service.range.end;
  const at = isHere ? lineEnd(compose.text, image.range.end) : service.nameRange.end + below[0].indexOf('\n');
  const start = compose.text[at - 1] === '\r' ? at - 1 : at;
  const newline = compose.text[start] === '\r' ? '\r\n' : '\n';
  const newText = `${newline}${indent}restart: unless-stopped`;
  return [
    { title: 'Add restart: unless-stopped', edits: [{ path, edits: [{ range: { start, end: start }, newText }] }] },
  ];
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
