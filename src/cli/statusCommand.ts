import { parseArgs } from 'node:util';
import type { MachineConnector } from '../application/ports/MachineConnector.ts';
import { isWell, readMachineStatus } from '../application/vms/readMachineStatus.ts';
import { formatVmTarget, parseVmTarget } from '../core/vm/parseVmTarget.ts';
import type { SshRoute } from '../core/vm/resolveSshRoute.ts';
import type { Vm } from '../core/vm/Vm.ts';
import { formatStatusJson } from './formatStatusJson.ts';
import { formatStatusText } from './formatStatusText.ts';
import type { CliHost, ExitCode } from './runCli.ts';
import type { StatusOfTarget } from './StatusOfTarget.ts';

const formats = { text: formatStatusText, json: formatStatusJson } as const;

/** `openclaw-vm status`: one look at each target, all at once. */
export async function statusCommand(args: readonly string[], host: CliHost, usage: string): Promise<ExitCode> {
  const options = readOptions(args);
  if ('help' in options) {
    host.write(usage);
    return 0;
  }
  if ('mistake' in options) return mistake(host, options.mistake);
  const { connector, sshConfigHosts } = await host.machines();
  const targets: Target[] = [];
  for (const text of options.targets) {
    const target = readTarget(text, sshConfigHosts);
    if (typeof target === 'string') return mistake(host, target);
    targets.push(target);
  }
  const statuses = await Promise.all(targets.map((target) => statusOf(target, connector)));
  host.write(formats[options.format](statuses, { useColour: host.useColour }));
  return statuses.every(({ status }) => isWell(status)) ? 0 : 1;
}

function mistake(host: CliHost, text: string): ExitCode {
  host.writeError(`openclaw-vm status: ${text}\nTry "openclaw-vm --help".\n`);
  return 2;
}

interface Target {
  readonly text: string;
  readonly vm: Vm | undefined;
}

async function statusOf({ text, vm }: Target, connector: MachineConnector): Promise<StatusOfTarget> {
  if (vm === undefined) {
    const status = await readMachineStatus('Local Docker', () => connector.connectLocal());
    return { target: text, name: 'Local Docker', status };
  }
  const status = await readMachineStatus(vm.name, () => connector.connectVm(vm, async () => 'refuse'));
  return { target: text, name: vm.name, address: formatVmTarget(vm), status };
}

/** The target, or what is wrong with it. */
function readTarget(text: string, configHosts: readonly SshRoute[]): Target | string {
  if (text === 'local') return { text, vm: undefined };
  if (configHosts.some(({ alias }) => alias === text)) return { text, vm: { name: text, host: text } };
  const parsed = parseVmTarget(text);
  if (!parsed.ok) return `"${text}" is no target: ${parsed.reason}`;
  if (parsed.target.kind === 'context') return { text, vm: { name: text, context: parsed.target.context } };
  const { host, port, user } = parsed.target.target;
  return { text, vm: { name: text, host, user, ...(port === 22 ? {} : { port }) } };
}

type Options =
  | { readonly format: keyof typeof formats; readonly targets: readonly string[] }
  | { readonly help: true }
  | { readonly mistake: string };

function readOptions(args: readonly string[]): Options {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { format: { type: 'string', default: 'text' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) return { help: true };
    const { format } = values;
    if (format !== 'text' && format !== 'json') return { mistake: `there is no format "${format}".` };
    return { format, targets: positionals.length === 0 ? ['local'] : [...new Set(positionals)] };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}
