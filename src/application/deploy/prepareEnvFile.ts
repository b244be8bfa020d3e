import { fillEnvTemplate, placeholderVariables } from '../../core/deploy/envFile.ts';
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
  /** `placeholders`: variables whose value is a published placeholder or empty. */
  | { readonly kind: 'exists'; readonly path: string; readonly placeholders: readonly string[] }
  | { readonly kind: 'created'; readonly path: string; readonly generated: readonly string[] }
  | { readonly kind: 'declined' }
  /** Neither `.env` nor `.env.example`. */
  | { readonly kind: 'noTemplate' };

/**
 * Makes the project's `.env` (mode 600) from its `.env.example`, with a fresh gateway token, where there is none yet and `confirm`
 * agrees. An existing `.env` is never touched. Rejects with `UserFacingError` where the files cannot be read or written.
 */
export async function prepareEnvFile(
  files: MachineFiles,
  request: EnvFileRequest,
  signal?: AbortSignal,
): Promise<EnvFileResult> {
  const folder = request.folder.replace(/\/+$/, '');
  const path = `${folder}/.env`;
  const template = `${folder}/.env.example`;
  const existing = await files.readText(path, signal);
  if (existing !== undefined) return { kind: 'exists', path, placeholders: placeholderVariables(existing) };
  const example = await files.readText(template, signal);
  if (example === undefined) return { kind: 'noTemplate' };
  const { text, generated } = fillEnvTemplate(example, request.randomHex);
  if (!(await request.confirm({ path, template, generated }))) return { kind: 'declined' };
  signal?.throwIfAborted();
  // The question may have been open for long: what somebody else made meanwhile is theirs.
  const meanwhile = await files.readText(path, signal);
  if (meanwhile !== undefined) return { kind: 'exists', path, placeholders: placeholderVariables(meanwhile) };
  await files.writeText(path, text, 0o600, signal);
  return { kind: 'created', path, generated };
}
