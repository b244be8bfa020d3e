/** A VM as the settings hold it; never a secret. */
export type Vm = SshVm | ContextVm;

export interface SshVm {
  /** Unique among the VMs; shown in the tree. */
  readonly name: string;
  /** A name, an address, or a host of the SSH config, which is read for it in any case. */
  readonly host: string;
  /** Without it the SSH config's, else 22. */
  readonly port?: number;
  /** Without it the SSH config's, else this machine's, as `ssh` takes it at each connection. */
  readonly user?: string;
  /** Path of the one private key to use, on this machine; without it the SSH config's keys, the agent and the default keys are tried. */
  readonly identityFile?: string;
}

/** A machine that a context of the docker CLI leads to; address and certificates stay in the context. */
export interface ContextVm {
  /** Unique among the VMs; shown in the tree. */
  readonly name: string;
  /** Name of the context. */
  readonly context: string;
}
