import type { Vm } from '../../core/vm/Vm.ts';
import type { Machine } from './Machine.ts';

/** Opens connections. Rejections are `ConnectionError`s, so that a tree node can say what is wrong and what to do. */
export interface MachineConnector {
  /** The local engine, found by the docker CLI's own rules. */
  connectLocal(signal?: AbortSignal): Promise<Machine>;
  connectVm(vm: Vm, hostKeys: HostKeyDecision, signal?: AbortSignal): Promise<Machine>;
}

/** Asked only for a key that no known_hosts file names. A changed or revoked key is refused without asking. */
export type HostKeyDecision = (key: UnknownHostKey) => Promise<'trustAndRemember' | 'refuse'>;

export interface UnknownHostKey {
  readonly host: string;
  readonly port: number;
  /** As known_hosts names it, such as `ssh-ed25519`. */
  readonly keyType: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** Where it will be remembered. */
  readonly knownHostsFile: string;
  /** Why no certificate vouches for the key, where known_hosts names an authority for the host; a sentence. */
  readonly certificateNote?: string;
}
