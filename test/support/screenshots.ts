/** `npm run screenshots [-- NAME…]`: plays the scenes in a real window and writes `media/screenshots/NAME.png`, 1400x900. */
import path from 'node:path';
import { withWorkbench } from './browser/startWorkbench.ts';
import { scenes } from './screenshots/scenes.ts';
import { projectRoot } from './vscode/codeServer.ts';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !scenes.some((scene) => scene.name === name));
if (unknown.length > 0) throw new Error(`No scene "${unknown.join('", "')}". See test/support/screenshots/scenes.ts.`);

for (const scene of scenes) {
  if (names.length > 0 && !names.includes(scene.name)) continue;
  const settings = { 'editor.minimap.enabled': false, ...scene.options?.settings };
  await withWorkbench({ ...scene.options, settings }, async (workbench) => {
    await scene.play(workbench);
    await workbench.page.mouse.move(700, 4);
    const file = path.join(projectRoot, 'media/screenshots', `${scene.name}.png`);
    console.log(path.relative(projectRoot, await workbench.screenshot(file)));
  });
}
