/**
 * `npm run screenshots [-- NAME…]`: plays the README's story in a real window, with the real gateway on a real VM, and writes
 * `media/screenshots/NAME.png`, 1400x900. All scenes are played; the names choose which pictures are written.
 */
import path from 'node:path';
import { withWorkbench } from './browser/startWorkbench.ts';
import { withTestHosts } from './hosts/testHosts.ts';
import { scenes } from './screenshots/scenes.ts';
import { binariesOf } from './story.ts';
import { projectRoot } from './vscode/codeServer.ts';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !scenes.some((scene) => scene.name === name));
if (unknown.length > 0) throw new Error(`No scene "${unknown.join('", "')}". See test/support/screenshots/scenes.ts.`);

const hosts = withTestHosts(['vm1'], { images: ['openclaw'], releaseHost: true });
try {
  await hosts.up();
  // As a setting, so that no picture shows a file that the story does not speak of.
  const settings = { 'editor.minimap.enabled': false, 'openclawVm.binaries': binariesOf(hosts.releaseHost()) };
  await withWorkbench({ settings }, async (workbench) => {
    for (const scene of scenes) {
      await scene.play({ workbench, hosts });
      if (names.length > 0 && !names.includes(scene.name)) continue;
      await workbench.page.mouse.move(700, 4);
      const file = path.join(projectRoot, 'media/screenshots', `${scene.name}.png`);
      console.log(path.relative(projectRoot, await workbench.screenshot(file)));
    }
  });
} finally {
  await hosts.down();
}
