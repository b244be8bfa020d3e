import * as vscode from 'vscode';
import { formatSshTarget, parseSshTarget, type SshTarget } from '../../core/vm/parseSshTarget.ts';
import { vmNameProblem } from '../../core/vm/parseVms.ts';
import type { SshConfigHost } from '../../core/vm/sshConfigHosts.ts';
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

  const { host, port, user } = picked.target;
  const vm: Vm = { name, host, port, user, ...(identityFile === '' ? {} : { identityFile }) };
  await writeVmSettings((entries) => [...entries, { ...vm }]);
  services.applyVmSettings();
  await vscode.commands.executeCommand(`${vmsViewId}.focus`);
  await connectVisibly(services.inventory, { id: `vm:${name}`, name });
};

interface PickedHost {
  readonly target: SshTarget;
  readonly suggestedName: string;
  /** Where the SSH config names one; without it the person is asked. */
  readonly identityFile?: string;
}

interface HostItem extends vscode.QuickPickItem {
  readonly host?: SshConfigHost;
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
  const { alias, host, port, user, identityFile } = chosen.host;
  const target = { host, port, user };
  return { target, suggestedName: alias, identityFile: identityFile ?? '' };
}

function toItem(host: SshConfigHost): HostItem {
  return {
    label: host.alias,
    description: formatSshTarget(host),
    iconPath: new vscode.ThemeIcon('vm'),
    ...(host.notApplied === undefined ? {} : { detail: `$(warning) ${host.notApplied} is not applied` }),
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
  return parsed?.ok === true ? { target: parsed.target, suggestedName: parsed.target.host } : undefined;
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
