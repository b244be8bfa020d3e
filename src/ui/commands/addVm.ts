import * as vscode from 'vscode';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { formatSshTarget, hostProblem, parseSshTarget, userProblem } from '../../core/vm/parseSshTarget.ts';
import { vmNameProblem } from '../../core/vm/parseVms.ts';
import type { SshRoute } from '../../core/vm/resolveSshRoute.ts';
import type { Vm } from '../../core/vm/Vm.ts';
import type { HostAdapters } from '../HostAdapters.ts';
import { readVmSettings, writeVmSettings } from '../settings/vmSettings.ts';
import { vmsViewId } from '../tree/vmsViewId.ts';
import { connectVisibly } from './connectVisibly.ts';
import type { CommandHandler } from './registerCommands.ts';

/** Asks for an address (or takes it from the SSH config), a name and a key file, remembers the VM, and connects. */
export const addVm: CommandHandler = async (services) => {
  const picked = await askForHost(services.adapters);
  if (picked === undefined) return;
  const name = await askForName(picked.suggestedName);
  if (name === undefined) return;
  const identityFile = picked.identityFile ?? (await askForKeyFile());
  if (identityFile === undefined) return;

  const vm: Vm = { name, ...picked.target, ...(identityFile === '' ? {} : { identityFile }) };
  await writeVmSettings((entries) => [...entries, { ...vm }]);
  services.applyVmSettings();
  await vscode.commands.executeCommand(`${vmsViewId}.focus`);
  await connectVisibly(services.inventory, { id: `vm:${name}`, name });
};

interface PickedHost {
  readonly target: Pick<Vm, 'host' | 'port' | 'user'>;
  readonly suggestedName: string;
  /** `''` where the SSH config decides; without it the person is asked. */
  readonly identityFile?: string;
}

interface HostItem extends vscode.QuickPickItem {
  readonly host?: SshRoute;
}

async function askForHost(adapters: () => Promise<HostAdapters>): Promise<PickedHost | undefined> {
  const enter: HostItem = {
    label: 'Enter user@host[:port]…',
    iconPath: new vscode.ThemeIcon('edit'),
    alwaysShow: true,
  };
  const items = (async () => {
    const hosts = await (await adapters()).listSshConfigHosts();
    if (hosts.length === 0) return [enter];
    return [enter, { label: 'SSH config', kind: vscode.QuickPickItemKind.Separator }, ...hosts.map(toItem)];
  })();
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Add VM',
    placeHolder: 'An address, or a host of your SSH config',
    matchOnDescription: true,
  });
  if (chosen === undefined) return undefined;
  if (chosen.host === undefined) return askForAddress();
  // The config stays in charge of everything else: address, port, keys, jump hosts.
  const { alias, user } = chosen.host;
  const problem = hostProblem(alias) ?? userProblem(user);
  if (problem !== undefined) {
    throw new UserFacingError(`"${alias}" of your SSH config cannot be added. ${problem}`, {
      remedy: 'Give it another name there, or enter user@host.',
    });
  }
  return { target: { host: alias, user }, suggestedName: alias, identityFile: '' };
}

function toItem(host: SshRoute): HostItem {
  const through =
    host.proxyJump.length > 0 ? `through ${host.proxyJump.join(', ')}` : host.proxyCommand && 'through a ProxyCommand';
  return {
    label: host.alias,
    description: formatSshTarget(host),
    iconPath: new vscode.ThemeIcon('vm'),
    ...(through === undefined ? {} : { detail: through }),
    host,
  };
}

async function askForAddress(): Promise<PickedHost | undefined> {
  const text = await vscode.window.showInputBox({
    title: 'Add VM: address',
    prompt: 'user@host, or user@host:port',
    placeHolder: 'root@203.0.113.7',
    ignoreFocusOut: true,
    validateInput: (value) => {
      const parsed = parseSshTarget(value);
      return parsed.ok ? undefined : parsed.reason;
    },
  });
  const parsed = text === undefined ? undefined : parseSshTarget(text);
  if (parsed?.ok !== true) return undefined;
  const { host, port, user } = parsed.target;
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
