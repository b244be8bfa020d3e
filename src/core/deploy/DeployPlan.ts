/** `build`: the images. `deploy`: build and start the gateway. `update`: pull the sources, build, start everything. */
export type DeployAction = 'build' | 'deploy' | 'update';

/** A compose project on the machine where it runs. */
export interface ComposeTarget {
  /** Absolute folder on that machine, or one below `~/`. */
  readonly folder: string;
  /** `-f` files in order; without them compose finds its own. */
  readonly configFiles?: readonly string[];
  readonly gatewayService: string;
}

export interface DeployStep {
  readonly id: 'pull' | 'build' | 'up';
  /** In the imperative, such as `Build the images`. */
  readonly title: string;
  readonly argv: readonly string[];
  readonly workingDirectory: string;
}
