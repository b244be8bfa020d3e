import { contextNameProblem } from './parseDockerContext.ts';
import { formatHostPort, parseSshTarget, type SshTarget } from './parseSshTarget.ts';
import type { Vm } from './Vm.ts';

/** What a person types to name a machine. */
export type VmTarget =
  | { readonly kind: 'ssh'; readonly target: SshTarget }
  | { readonly kind: 'context'; readonly context: string };

export type ParsedVmTarget =
  | { readonly ok: true; readonly target: VmTarget }
  /** One sentence for an input box. */
  | { readonly ok: false; readonly reason: string };

/** Reads `user@host[:port]` (see {@link parseSshTarget}) or `context:NAME`, a context of the docker CLI. */
export function parseVmTarget(text: string): ParsedVmTarget {
  const bare = text.trim();
  const context = /^context:(.*)$/s.exec(bare)?.[1]?.trim();
  if (context !== undefined) {
    const reason = contextNameProblem(context);
    return reason === undefined ? { ok: true, target: { kind: 'context', context } } : { ok: false, reason };
  }
  const scheme = /^(tcp|https?|unix|npipe):\/\//i.exec(bare)?.[1]?.toLowerCase();
  if (scheme !== undefined) {
    const reason = `Make a Docker context of this address ("docker context create NAME --docker host=${scheme}://…"), then write context:NAME.`;
    return { ok: false, reason };
  }
  const parsed = parseSshTarget(bare);
  return parsed.ok ? { ok: true, target: { kind: 'ssh', target: parsed.target } } : parsed;
}

/** As a person would type it: `[user@]host[:port]`, or `context:NAME`. */
export function formatVmTarget(vm: Vm): string {
  if ('context' in vm) return `context:${vm.context}`;
  const place = vm.port === undefined ? vm.host : formatHostPort(vm.host, vm.port, 22);
  return vm.user === undefined ? place : `${vm.user}@${place}`;
}
