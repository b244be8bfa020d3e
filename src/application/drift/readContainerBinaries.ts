import { findDrift } from '../../core/drift/findDrift.ts';
import type { ContainerDetails, Engine } from '../ports/Engine.ts';
import { checkBinaries } from '../verify/checkBinaries.ts';
import type { BinaryCheck } from '../verify/GatewayChecks.ts';

/** A binary that a running container has. */
export interface ContainerBinary extends BinaryCheck {
  /** It is not in the image: it was put into this container, and is lost when it is recreated. */
  readonly isLost: boolean;
}

/**
 * Which of the binaries a running container has, and every program that was installed into it by hand. Asks once for the changes and
 * once for the names; rejects as the engine does.
 *
 * @param names of the binaries to look for.
 */
export async function readContainerBinaries(
  engine: Engine,
  { id, mounts }: Pick<ContainerDetails, 'id' | 'mounts'>,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<readonly ContainerBinary[]> {
  const changes = await engine.listChanges(id, signal);
  const programs = findDrift(
    changes,
    mounts.map(({ target }) => target),
  ).filter(({ what }) => what === 'program');
  const paths = new Set(programs.map(({ path }) => path));
  const installed = programs.map(({ label }) => label);
  const checks = await checkBinaries(engine, id, [...new Set([...names, ...installed.slice(0, MAX_PROGRAMS)])], signal);
  return checks
    .filter(({ state }) => state !== 'missing' && state !== 'unknown')
    .map((check) => ({ ...check, isLost: check.path !== undefined && paths.has(check.path) }))
    .sort((a, b) => Number(b.isLost) - Number(a.isLost) || (a.name < b.name ? -1 : 1));
}

/** Each is started once to tell its version; an `apt-get install` in a container can bring hundreds, all of which the drift tells. */
const MAX_PROGRAMS = 40;
