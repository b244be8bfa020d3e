import type { ListedDockerContext } from '../application/ports/DockerContexts.ts';
import type { LocalListener } from '../application/ports/LocalListener.ts';
import type { MachineConnector } from '../application/ports/MachineConnector.ts';
import type { SshPrompts } from '../application/ports/SshPrompts.ts';
import type { WebReader } from '../application/ports/WebReader.ts';
import type { SshRoute } from '../core/vm/resolveSshRoute.ts';

/** What the editor needs of the machine that it runs on; the code behind it is loaded at first use. */
export interface HostAdapters {
  createMachineConnector(settings: {
    readonly prompts: SshPrompts;
    readonly log: (message: string) => void;
  }): MachineConnector;
  readonly localListener: LocalListener;
  /** The hosts of the person's SSH config, `[]` where there is none. */
  listSshConfigHosts(): Promise<readonly SshRoute[]>;
  /** The contexts of the docker CLI, also those that cannot be used; `[]` where there is none. */
  listDockerContexts(): Promise<readonly ListedDockerContext[]>;
  /** Reads over HTTPS as the editor does, with its proxy settings. */
  createWebReader(): WebReader;
  /** The files of a compose project as a tar stream. Secrets in `.env` files stay behind. */
  packFolder(folder: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}
