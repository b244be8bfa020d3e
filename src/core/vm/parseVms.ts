import { contextNameProblem } from './parseDockerContext.ts';
import { hostProblem, parsePort, userProblem } from './parseSshTarget.ts';
import type { Vm } from './Vm.ts';

export interface ParsedVms {
  /** The entries that can be used, in order. */
  readonly vms: readonly Vm[];
  /** One sentence for each entry that cannot, naming it. */
  readonly problems: readonly string[];
}

/** Reads the VMs as the settings hold them: `[{ name, host, port?, user?, identityFile? } | { name, context }]`, written by hand as often as not. */
export function parseVms(setting: unknown): ParsedVms {
  if (setting === undefined || setting === null) return { vms: [], problems: [] };
  if (!Array.isArray(setting)) return { vms: [], problems: ['The list of VMs is not a list.'] };
  const vms: Vm[] = [];
  const problems: string[] = [];
  for (const [index, entry] of setting.entries()) {
    const vm = parseVm(entry, index);
    if (typeof vm === 'string') problems.push(vm);
    else if (vms.some((other) => other.name === vm.name)) problems.push(`Two VMs are named "${vm.name}": rename one.`);
    else vms.push(vm);
  }
  return { vms, problems };
}

/** Why the text cannot name a VM, or `undefined` where it can. */
export function vmNameProblem(name: string): string | undefined {
  if (name === '') return 'The name is missing.';
  const bad = [...name].find((character) => !/[\p{L}\p{N}._@:[\]-]/u.test(character));
  if (bad === undefined) return undefined;
  const what = /\s/.test(bad) ? 'a space' : `"${bad}"`;
  return `The name "${name}" holds ${what}: use letters, digits, ".", "_" and "-".`;
}

function parseVm(entry: unknown, index: number): Vm | string {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return `VM ${index + 1} in the settings is not an object with name and host, or with name and context.`;
  }
  const fields = entry as Readonly<Record<string, unknown>>;
  const { host, user, identityFile, context } = fields;
  const name = fields['name'] ?? [host, context].find((value) => typeof value === 'string');
  const label = typeof name === 'string' && name !== '' ? `VM "${name}"` : `VM ${index + 1}`;
  if (typeof name !== 'string') return `${label} in the settings has no name.`;
  if (context !== undefined) return contextVm(name, context, label, fields);
  if (typeof host !== 'string') return `${label} in the settings has no host.`;
  if (user !== undefined && typeof user !== 'string') return `${label} in the settings: user must be a user's name.`;
  const reason = vmNameProblem(name) ?? hostProblem(host) ?? (user === undefined ? undefined : userProblem(user));
  if (reason !== undefined) return `${label} in the settings: ${reason}`;
  const port = fields['port'] === undefined ? undefined : parsePort(String(fields['port']));
  if (port === undefined && fields['port'] !== undefined)
    return `${label} in the settings: the port must be a number from 1 to 65535.`;
  if (identityFile !== undefined && typeof identityFile !== 'string')
    return `${label} in the settings: identityFile must be the path of a private key.`;
  return {
    name,
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(identityFile === undefined || identityFile === '' ? {} : { identityFile }),
  };
}

function contextVm(
  name: string,
  context: unknown,
  label: string,
  fields: Readonly<Record<string, unknown>>,
): Vm | string {
  if (typeof context !== 'string') return `${label} in the settings: context must be the name of a Docker context.`;
  if (fields['host'] !== undefined || fields['user'] !== undefined)
    return `${label} in the settings has both a context and an address: keep one of them.`;
  const reason = vmNameProblem(name) ?? contextNameProblem(context);
  return reason === undefined ? { name, context } : `${label} in the settings: ${reason}`;
}
