export type FailureKind =
  | 'outOfMemory'
  | 'noSpace'
  | 'composeFile'
  | 'missingVariable'
  | 'missingEnvFile'
  | 'noComposeFile'
  | 'noSuchService'
  | 'portTaken'
  | 'engineStopped'
  | 'noSocketPermission'
  | 'noDocker'
  | 'noComposePlugin'
  | 'noBuildx'
  | 'gitLocalChanges'
  | 'gitDiverged'
  | 'gitConflict'
  | 'gitNotARepository'
  | 'gitNoUpstream'
  | 'gitOwnership'
  | 'gitLocked'
  | 'gitRemote'
  | 'noGit'
  | 'noFolder'
  | 'wrongArchitecture'
  | 'downloadFailed'
  | 'downloadNotAnArchive'
  | 'checksumMismatch'
  | 'dockerfile'
  | 'dockerfileMissing'
  | 'copySourceMissing'
  | 'syntaxImage'
  | 'imageNotAvailable'
  | 'nodeTooOld'
  | 'commandNotFound'
  | 'connectionLost'
  | 'gatewayExited'
  | 'gatewayCrashLoop'
  | 'gatewayNotReady'
  | 'containerGone'
  | 'cancelled'
  | 'other';

/** Why a step failed, for the person: what and where, what next, and the lines that show it. */
export interface FailureExplanation {
  readonly kind: FailureKind;
  /** One or two sentences that name the machine and the thing. */
  readonly message: string;
  /** The next step, in the imperative. */
  readonly remedy: string;
  /** The output lines that show it, secrets masked; for a "show details" button. */
  readonly details: readonly string[];
}

/** What is known about the machine; sharpens the messages. */
export interface MachineFacts {
  readonly name: string;
  readonly memoryBytes?: number;
  /** As Dockerfiles name it: `amd64`, `arm64`. */
  readonly architecture?: string;
}
