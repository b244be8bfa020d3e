import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { builtInCatalog } from '../../src/core/binaries/BinaryCatalog.ts';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { Workbench } from '../support/browser/Workbench.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { createEnvFile, gatewayService, startOnVm, threeBinaries, useReleasesOf, vmsView } from '../support/story.ts';
import { type HomeFolder, homeWithKey, hostKeyOf, writeVmSettings } from './gatewayProject.ts';

/** From the palette to the real gateway. Each test goes on where the one before it has ended. */
describe('Add Binary, with the example and the real gateway', () => {
  const hosts = withTestHosts(['vm1'], { images: ['openclaw'], releaseHost: true });
  let vm: TestHost;
  let home: HomeFolder;
  let workbench: Workbench;
  const dockerfile = () => readFileSync(path.join(workbench.folder, 'Dockerfile'), 'utf8');

  /** The file is written a moment after the editor was told to. */
  async function untilSaved(part: string): Promise<void> {
    for (let i = 0; i < 100 && !dockerfile().includes(part); i += 1) await workbench.page.waitForTimeout(100);
  }

  before(async () => {
    await hosts.up();
    vm = hosts.get('vm1');
    home = homeWithKey(vm, { [vm.address]: await hostKeyOf(vm) });
    workbench = await startWorkbench({ environment: { HOME: home.folder } });
    useReleasesOf(hosts.releaseHost(), workbench);
    writeVmSettings(workbench, [{ name: 'vm1', host: vm.address, user: 'root' }]);
    await (await vmsView(workbench)).row(/^vm1.*Docker/).waitFor();
  });
  after(async () => {
    await workbench?.close();
    home?.remove();
    await hosts.down();
  });

  it('bakes three binaries by the palette, one below the other, before the last USER', async () => {
    await workbench.openFile('Dockerfile');
    for (const name of threeBinaries) {
      await workbench.runCommand('OpenClaw VM: Add Binary to Dockerfile…');
      await workbench.quickInput.choose(new RegExp(`^${name}, `));
      await workbench.page
        .locator('.view-line', { hasText: new RegExp(`# openclaw-vm: ${name} `.replaceAll(' ', '\\s')) })
        .waitFor();
      await workbench.editor.save();
      await untilSaved(`# openclaw-vm: ${name} `);
    }
    const text = dockerfile();
    const places = [...threeBinaries.map((name) => `# openclaw-vm: ${name} `), '\nUSER node\n'].map((part) =>
      text.lastIndexOf(part),
    );
    assert.ok(
      places.every((place, index) => place > (places[index - 1] ?? 0)),
      text,
    );
    await workbench.screenshot('add-binary-three');
  });

  it('changes nothing when asked once more', async () => {
    const before = dockerfile();
    await workbench.runCommand('OpenClaw VM: Add Binary to Dockerfile…');
    await workbench.quickInput.choose(/^gog, /);
    await workbench.notifications.waitFor(/bakes "gog" in already/);
    assert.equal(dockerfile(), before);
    await workbench.notifications.clear();
  });

  it('has all three in the deployed gateway', async () => {
    await startOnVm(workbench, 'Deploy', 'vm1');
    await createEnvFile(workbench);
    const message = await workbench.notifications.waitFor(/Deployed openclaw/, { timeoutMs: 240_000 });
    assert.match(message, /the gateway is ready, 3 of 3 binaries are there/);
    for (const name of threeBinaries) {
      const answer = await vm.run([
        ...['docker', 'compose', '--project-directory', '/root/openclaw-gateway', 'exec', '-T', gatewayService],
        ...['sh', '-c', `id -un && which ${name} && ${name} --version`],
      ]);
      const { version } = builtInCatalog.find(name) ?? {};
      assert.equal(answer, `node\n/usr/local/bin/${name}\n${name} version ${version}\n`);
    }
  });
});
