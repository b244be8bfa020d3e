import * as vscode from 'vscode';
import { prepareEnvFile } from '../../application/deploy/prepareEnvFile.ts';
import type { MachineFiles } from '../../application/ports/MachineFiles.ts';

/**
 * Offers a `.env` made from `.env.example`, with fresh secrets, where the project has none. `false`: the person wants to do it
 * without us, so the deployment waits.
 */
export async function offerEnvFile(
  files: MachineFiles,
  folder: string,
  machineName: string,
  signal: AbortSignal,
): Promise<boolean> {
  const create = 'Create .env';
  const without = 'Go On Without';
  let goesOn = true;
  await prepareEnvFile(
    files,
    {
      folder,
      randomHex,
      confirm: async ({ path, generated }) => {
        const secrets = generated.length === 0 ? '' : `\n\n${generated.join(', ')}: a fresh random value.`;
        const chosen = await vscode.window.showInformationMessage(
          `The project has no .env yet. Create it from .env.example?`,
          { modal: true, detail: `${path} on ${machineName}, readable by its owner only.${secrets}` },
          create,
          without,
        );
        goesOn = chosen !== undefined;
        return chosen === create;
      },
    },
    signal,
  );
  return goesOn;
}

function randomHex(byteCount: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(byteCount))).toString('hex');
}
