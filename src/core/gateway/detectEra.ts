import type { GatewayEra } from './GatewayEra.ts';
import type { MountFact } from './MountFact.ts';

/** What is known about a gateway's container; every part sharpens the answer, none is needed. */
export interface EraEvidence {
  readonly image?: string;
  readonly service?: string;
  readonly environment?: ReadonlyMap<string, string>;
  readonly mounts?: readonly MountFact[];
  /** Such as `2026.9.6`. */
  readonly version?: string;
}

/**
 * The era of a gateway. State paths and the version count more than names: the renamed project kept its old image and service names
 * for a while. Without any evidence it is the era of the Docker VM runtime page.
 */
export function detectEra(evidence: EraEvidence): GatewayEra {
  const environment = evidence.environment ?? new Map<string, string>();
  const paths = [...(evidence.mounts ?? []).map((mount) => mount.target), ...stateVariables(environment)];
  const version = versionNumbers(evidence.version) ?? versionNumbers(evidence.image?.split(':').at(-1));
  const named =
    nameIn(paths) ?? nameIn([...environment.keys()]) ?? nameIn([evidence.image ?? '', evidence.service ?? '']);
  if (named === 'clawdbot' || named === 'moltbot') {
    // `.clawdbot` stayed the state folder under the name moltbot, whose image and service tell the two apart.
    const outer = nameIn([evidence.image ?? '', evidence.service ?? '']);
    return outer === 'moltbot' ? 'moltbot' : named;
  }
  if (version !== undefined) return isAtLeast(version, secretKeySince) ? 'openclawSecretKey' : 'openclaw';
  const hasSecretKeyFolder =
    paths.some((path) => /\/\.config\/openclaw(?:\/|$)/.test(path)) ||
    environment.has('OPENCLAW_AUTH_PROFILE_SECRET_DIR');
  return hasSecretKeyFolder ? 'openclawSecretKey' : 'openclaw';
}

/** The folder of the key that encrypts model credentials came with openclaw/openclaw#80991. */
const secretKeySince = [2026, 5, 12] as const;

function stateVariables(environment: ReadonlyMap<string, string>): readonly string[] {
  const names = ['STATE_DIR', 'CONFIG_DIR', 'CONFIG_PATH', 'HOME'];
  return ['OPENCLAW', 'MOLTBOT', 'CLAWDBOT'].flatMap((prefix) =>
    names.flatMap((name) => environment.get(`${prefix}_${name}`) ?? []),
  );
}

function nameIn(texts: readonly string[]): 'openclaw' | 'moltbot' | 'clawdbot' | undefined {
  return (['openclaw', 'moltbot', 'clawdbot'] as const).find((name) =>
    texts.some((text) => text.toLowerCase().includes(name)),
  );
}

function versionNumbers(text: string | undefined): readonly number[] | undefined {
  const match = /(?:^|[^\d])(20\d\d)\.(\d{1,2})\.(\d{1,2})(?!\d)/.exec(text ?? '');
  return match === null ? undefined : match.slice(1).map(Number);
}

function isAtLeast(version: readonly number[], least: readonly number[]): boolean {
  for (const [index, wanted] of least.entries()) {
    const actual = version[index] ?? 0;
    if (actual !== wanted) return actual > wanted;
  }
  return true;
}
