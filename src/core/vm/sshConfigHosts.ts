import { routeFrom, type SshRoute, type SshRouteContext } from './resolveSshRoute.ts';
import { type SshConfigLine, sshConfigLines } from './sshConfigLines.ts';

/**
 * The entries of an SSH config that name one host (no pattern), in order, each with what `ssh ALIAS` would use as far as that is known
 * without running anything.
 */
export function sshConfigHosts(context: SshRouteContext): readonly SshRoute[] {
  const lines = sshConfigLines(context.files);
  return namedHosts(lines).map((alias) => routeFrom({ host: alias }, lines, context));
}

function namedHosts(lines: readonly SshConfigLine[]): readonly string[] {
  const names = new Set<string>();
  const collect = (inner: readonly SshConfigLine[]): void => {
    for (const line of inner) {
      if (line.kind !== 'block') continue;
      for (const pattern of line.condition.hostPatterns ?? []) if (!/[*?!]/.test(pattern)) names.add(pattern);
      collect(line.lines);
    }
  };
  collect(lines);
  return [...names];
}
