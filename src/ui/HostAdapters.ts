import type { MachineConnector } from '../application/ports/MachineConnector.ts';
import type { SshConfigHost } from '../core/vm/sshConfigHosts.ts';

/** What the editor needs of the machine that it runs on; the code behind it is loaded at first use. */
export interface HostAdapters {
  createMachineConnector(): MachineConnector;
  /** The hosts of the person's SSH config, `[]` where there is none. */
  listSshConfigHosts(): Promise<readonly SshConfigHost[]>;
  /** The files of a compose project as a tar stream. Secrets in `.env` files stay behind. */
  packFolder(folder: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}
