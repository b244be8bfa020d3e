import * as vscode from 'vscode';
import type { ListedDockerContext } from '../../application/ports/DockerContexts.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { formatHostPort, formatSshTarget, hostProblem } from '../../core/vm/parseSshTarget.ts';
import { vmNameProblem } from '../../core/vm/parseVms.ts';
import { parseVmTarget } from '../../core/vm/parseVmTarget.ts';
import type { SshRoute } from '../../core/vm/resolveSshRoute.ts';
import type { SshVm, Vm } from '../../core/vm/Vm.ts';
import type { HostAdapters } from '../HostAdapters.ts';
import { readVmSettings, writeVmSettings } from '../settings/vmSettings.ts';
import { vmsViewId } from '../tree/vmsViewId.ts';
import { connectVisibly } from './connectVisibly.ts';
import type { CommandHandler } from './registerCommands.ts';

/** Asks for an address (or takes it from the SSH config, or a Docker context), a name and a key file, remembers the VM, and connects. */
export const addVm: CommandHandler = async (services) => {
  const picked = await askForHost(services.adapters);
  if (picked === undefined) return;
  const name = await askForName(picked.suggestedName);
  if (name === undefined) return;
  const vm = await completed(picked, name);
  if (vm === undefined) return;
  await writeVmSettings((entries) => [...entries, { ...vm }]);
  services.applyVmSettings();
  await vscode.commands.executeCommand(`${vmsViewId}.focus`);
  await connectVisibly(services.inventory, { id: `vm:${name}`, name });
};

type PickedHost = { readonly suggestedName: string } & (
  | { readonly context: string }
  | {
      readonly target: Pick<SshVm, 'host' | 'port' | 'user'>;
      /** `''` where the SSH config decides; without it the person is asked. */
      readonly identityFile?: string;
    }
);

async function completed(picked: PickedHost, name: string): Promise<Vm | undefined> {
  if ('context' in picked) return { name, context: picked.context };
  const identityFile = picked.identityFile ?? (await askForKeyFile());
  if (identityFile === undefined) return undefined;
  return { name, ...picked.target, ...(identityFile === '' ? {} : { identityFile }) };
}

interface HostItem extends vscode.QuickPickItem {
  readonly host?: SshRoute;
  readonly context?: ListedDockerContext;
}

async function askForHost(adapters: () => Promise<HostAdapters>): Promise<PickedHost | undefined> {
  const enter: HostItem = {
    label: 'Enter user@host[:port]…',
    iconPath: new vscode.ThemeIcon('edit'),
    alwaysShow: true,
  };
  const items = (async () => {
    const { listDockerContexts, listSshConfigHosts } = await adapters();
    const [hosts, contexts] = await Promise.all([listSshConfigHosts(), listDockerContexts()]);
    return [
      enter,
      ...section('SSH config', hosts.map(toItem)),
      ...section('Docker contexts', contexts.map(toContextItem)),
    ];
  })();
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Add VM',
    placeHolder: 'An address, a host of your SSH config, or a Docker context',
    matchOnDescription: true,
  });
  if (chosen === undefined) return undefined;
  if (chosen.context !== undefined) return pickedContext(chosen.context);
  if (chosen.host === undefined) return askForAddress();
  // The config stays in charge of everything else: user, address, port, keys, jump hosts.
  const { alias } = chosen.host;
  const problem = hostProblem(alias);
  if (problem !== undefined) {
    throw new UserFacingError(`"${alias}" of your SSH config cannot be added. ${problem}`, {
      remedy: 'Give it another name there, or enter user@host.',
    });
  }
  return { target: { host: alias }, suggestedName: alias, identityFile: '' };
}

function section(label: string, items: readonly HostItem[]): readonly HostItem[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function toItem(host: SshRoute): HostItem {
  const through =
    host.proxyJump.length > 0 ? `through ${host.proxyJump.join(', ')}` : host.proxyCommand && 'through a ProxyCommand';
  const isOpen = host.awaitedCommand !== undefined;
  const details = [through, isOpen ? '"Match exec" decides about it at each connection' : undefined];
  const detail = details.filter((text) => text !== undefined).join(' · ');
  return {
    label: host.alias,
    description: isOpen ? formatHostPort(host.host, host.port, 22) : formatSshTarget(host),
    iconPath: new vscode.ThemeIcon('vm'),
    ...(detail === '' ? {} : { detail }),
    host,
  };
}

function toContextItem(context: ListedDockerContext): HostItem {
  if (!context.ok) {
    const iconPath = new vscode.ThemeIcon('warning');
    return { label: context.name, description: 'cannot be used', detail: context.problem, iconPath, context };
  }
  const { icon, says } = contextWays[context.way];
  return {
    label: context.name,
    description: context.address,
    detail: [context.description, says].filter((text) => text !== '').join(' · '),
    iconPath: new vscode.ThemeIcon(icon),
    context,
  };
}

const contextWays = {
  ssh: { icon: 'vm', says: 'over SSH' },
  local: { icon: 'device-desktop', says: 'an engine of this machine' },
  tls: { icon: 'lock', says: 'the engine alone, over TLS' },
  tlsUnverified: { icon: 'warning', says: 'the engine alone, over TLS, its certificate not checked' },
  plain: { icon: 'warning', says: 'the engine alone, not encrypted: anybody on the way can control it' },
} as const;

function pickedContext(context: ListedDockerContext): PickedHost {
  const { name } = context;
  if (context.ok) return ofContext(name);
  throw new UserFacingError(context.problem, {
    remedy: 'Correct that file, or make the context anew with "docker context create".',
  });
}

/** A VM's name has no "+". */
function ofContext(context: string): PickedHost {
  return { context, suggestedName: context.replaceAll('+', '-') };
}

async function askForAddress(): Promise<PickedHost | undefined> {
  const text = await vscode.window.showInputBox({
    title: 'Add VM: address',
    prompt: 'user@host, user@host:port, or context:NAME for a Docker context',
    placeHolder: 'root@203.0.113.7',
    ignoreFocusOut: true,
    validateInput: (value) => {
      const parsed = parseVmTarget(value);
      return parsed.ok ? undefined : parsed.reason;
    },
  });
  const parsed = text === undefined ? undefined : parseVmTarget(text);
  if (parsed?.ok !== true) return undefined;
  if (parsed.target.kind === 'context') return ofContext(parsed.target.context);
  const { host, port, user } = parsed.target.target;
  // The standard port is not written down, so that one of the SSH config counts, as with ssh.
  return { target: port === 22 ? { host, user } : { host, port, user }, suggestedName: host };
}

async function askForName(suggested: string): Promise<string | undefined> {
  const taken = new Set(readVmSettings().vms.map(({ name }) => name));
  const name = await vscode.window.showInputBox({
    title: 'Add VM: name',
    prompt: 'How the sidebar calls the VM',
    value: suggested,
    ignoreFocusOut: true,
    validateInput: (value) =>
      vmNameProblem(value.trim()) ??
      (taken.has(value.trim()) ? `There is already a VM named "${value.trim()}".` : undefined),
  });
  return name?.trim();
}

/** `''`: none, the agent and the default keys are tried. */
async function askForKeyFile(): Promise<string | undefined> {
  const path = await vscode.window.showInputBox({
    title: 'Add VM: key file (optional)',
    prompt: 'Private key on this machine. Leave it empty to use the SSH agent and the default keys.',
    placeHolder: '~/.ssh/id_ed25519',
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim().endsWith('.pub') ? 'This is the public key: name the private one, without ".pub".' : undefined,
  });
  return path?.trim();
}
