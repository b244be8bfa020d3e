import type { WorkbenchOptions } from '../browser/startWorkbench.ts';
import type { Workbench } from '../browser/Workbench.ts';

/** One picture for the README: its file name in `media/screenshots` (without `.png`) and how a person gets there. */
export interface Scene {
  readonly name: string;
  readonly options?: WorkbenchOptions;
  readonly play: (workbench: Workbench) => Promise<void>;
}

export const scenes: readonly Scene[] = [
  {
    name: 'problems',
    play: async (workbench) => {
      await workbench.openFile('Dockerfile');
      await workbench.problems.goTo('runtime-install');
      await workbench.editor.squiggles('warning').first().waitFor();
    },
  },
];
