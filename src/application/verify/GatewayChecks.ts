import type { ContainerHealth, ContainerState } from '../ports/Engine.ts';

/** One external binary inside the running container. */
export interface BinaryCheck {
  readonly name: string;
  /**
   * `present`: found on PATH, executable and not empty. `empty`: found with 0 bytes (a failed download that the build did not
   * notice). `broken`: found, but it does not start (wrong architecture, missing library). `unknown`: could not be looked up.
   */
  readonly state: 'present' | 'missing' | 'empty' | 'notExecutable' | 'broken' | 'unknown';
  readonly path?: string;
  /** First line of what the binary says about its version, where it says anything. */
  readonly version?: string;
  /** For the person; what to do included where `state` is not `present`. */
  readonly explanation: string;
}

/** What the gateway answers inside its container. */
export interface GatewayProbe {
  readonly live: ProbeAnswer;
  readonly ready: ProbeAnswer;
  /** What `/readyz` names as not ready yet. */
  readonly failing: readonly string[];
  /** The era's ready line in the log since the container's last start. */
  readonly readyLine: 'ready' | 'httpOnly' | 'starting' | 'none';
  /** All that is known, as one word: `ready` by `/readyz`, or by the log where the gateway has no `/readyz`. */
  readonly state: 'ready' | 'live' | 'starting' | 'down';
}

/** `noAnswer`: nothing answered, or it was not the gateway's own JSON. `unknown`: nothing in the container can ask. */
export type ProbeAnswer = 'yes' | 'no' | 'noAnswer' | 'unknown';

export interface GatewayVerification {
  readonly containerId: string;
  readonly containerName: string;
  readonly containerState: ContainerState;
  readonly health: ContainerHealth;
  readonly probe: GatewayProbe;
  readonly binaries: readonly BinaryCheck[];
  /** The gateway is ready and every expected binary is present. */
  readonly ok: boolean;
}
