import type { MachineFiles } from '../ports/MachineFiles.ts';

export interface EnvFileRequest {
  /** The compose project's folder on the machine. */
  readonly folder: string;
  /** Asked before anything is written; the names of the variables that get a fresh random value, never values. */
  readonly confirm: (proposal: EnvFileProposal) => Promise<boolean>;
  /** `n` random bytes in hexadecimal. */
  readonly randomHex: (byteCount: number) => string;
}

export interface EnvFileProposal {
  readonly path: string;
  readonly template: string;
  readonly generated: readonly string[];
}

export type EnvFileResult =
  | {
      readonly kind: 'exists' /** Variables whose value is a published placeholder or empty. */;
      readonly placeholders: readonly string[];
    }
  | { readonly kind: 'created'; readonly path: string; readonly generated: readonly string[] }
  | { readonly kind: 'declined' }
  /** Neither `.env` nor `.env.example`. */
  | { readonly kind: 'noTemplate' };

/**
 * Makes the project's `.env` (mode 600) from its `.env.example`, with a fresh gateway token, where there is none yet and `confirm`
 * agrees. An existing `.env` is never touched. Rejects with `UserFacingError` where the files cannot be read or written.
 */
export async function prepareEnvFile(
  _files: MachineFiles,
  _request: EnvFileRequest,
  _signal?: AbortSignal,
): Promise<EnvFileResult> {
  throw new Error('not available yet');
}
