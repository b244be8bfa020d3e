/** A VM as the settings hold it; never a secret. */
export interface Vm {
  /** Unique among the VMs; shown in the tree. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Path of a private key on this machine; without it the agent and the default keys are tried. */
  readonly identityFile?: string;
}
