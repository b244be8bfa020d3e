import type { Workbench } from '../browser/Workbench.ts';
import type { SuiteHosts } from '../hosts/testHosts.ts';
import { addVm, createEnvFile, giveKey, goToTrap, startOnVm, takeFix, vmsView } from '../story.ts';

/** What the pictures are taken of: one window, and one VM with the real gateway's image. */
export interface Stage {
  readonly workbench: Workbench;
  readonly hosts: SuiteHosts;
}

/** One picture for the README: its file name in `media/screenshots` (without `.png`) and how a person gets there. */
export interface Scene {
  readonly name: string;
  readonly play: (stage: Stage) => Promise<void>;
}

const vmName = 'hetzner-1';

/** Played in this order, each where the one before it has ended. */
export const scenes: readonly Scene[] = [
  {
    name: 'runtime-install',
    play: async ({ workbench }) => goToTrap(workbench),
  },
  {
    name: 'baked-binary',
    play: async ({ workbench }) => {
      await takeFix(workbench);
      await workbench.openFile('Dockerfile');
      await workbench.runCommand('View: Toggle Panel Visibility');
    },
  },
  {
    name: 'sidebar',
    play: async ({ workbench, hosts }) => {
      giveKey(workbench, hosts.get('vm1'));
      await addVm(workbench, hosts.get('vm1'), vmName);
      await (await vmsView(workbench)).row('Local Docker').collapse();
      await startOnVm(workbench, 'Build', vmName);
      await createEnvFile(workbench);
      await workbench.notifications.waitFor('Built openclaw', { timeoutMs: 240_000 });
    },
  },
  {
    name: 'deployed',
    play: async ({ workbench }) => {
      await workbench.notifications.clear();
      await startOnVm(workbench, 'Deploy', vmName);
      await workbench.notifications.waitFor('Deployed openclaw', { timeoutMs: 300_000 });
    },
  },
  {
    name: 'gateway-log',
    play: async ({ workbench }) => {
      await workbench.notifications.clear();
      await workbench.runCommand('OpenClaw VM: Tail Gateway Logs');
      await workbench.output.waitFor(/\[gateway\] ready/);
    },
  },
  {
    name: 'gateway-overview',
    play: async ({ workbench }) => {
      await workbench.runCommand('View: Toggle Panel Visibility');
      await workbench.runCommand('OpenClaw VM: Gateway Overview');
      await workbench.webview().getByText('What persists where').first().waitFor();
    },
  },
];
