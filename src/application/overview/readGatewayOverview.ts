import { detectEra } from '../../core/gateway/detectEra.ts';
import { findProblems } from '../../core/gateway/findProblems.ts';
import { checkPersistence } from '../../core/gateway/persistence.ts';
import { requireGatewayContainer } from '../findGatewayContainer.ts';
import type { GatewayTarget } from '../GatewayTarget.ts';
import type { ContainerDetails, Engine } from '../ports/Engine.ts';
import type { Machine } from '../ports/Machine.ts';
import { secretValues } from '../secretValues.ts';
import { unixTime } from '../unixTime.ts';
import { probeExec } from '../verify/containerExec.ts';
import { verifyContainer } from '../verify/verifyGateway.ts';
import type { GatewayOverview } from './GatewayOverview.ts';

export interface OverviewRequest extends GatewayTarget {
  readonly machineName: string;
  readonly address?: string;
  readonly expectedBinaries: readonly string[];
}

/** One look at a gateway and all around it. Rejects with `UserFacingError` where the service has no container or the engine is away. */
export async function readGatewayOverview(
  machine: Machine,
  request: OverviewRequest,
  signal?: AbortSignal,
): Promise<GatewayOverview> {
  const { engine } = machine;
  const listed = await requireGatewayContainer(engine, request, signal);
  const container = await engine.inspectContainer(listed.id, signal);
  const [info, verification, version] = await Promise.all([
    engine.info(signal),
    verifyContainer(machine, container, request.expectedBinaries, signal),
    readVersion(engine, container, signal),
  ]);
  const lines = await recentLines(engine, container, verification.probe.state === 'ready', signal);
  const { environment, mounts, image, user } = container;
  const era = detectEra({
    environment,
    mounts,
    image,
    service: request.service,
    ...(version === undefined ? {} : { version }),
  });
  return {
    machine: {
      name: request.machineName,
      ...(request.address === undefined ? {} : { address: request.address }),
      engine: info,
    },
    project: request.project,
    service: request.service,
    container: {
      id: container.id,
      name: container.name,
      image,
      state: container.state,
      health: container.health,
      status: listed.status,
      restartCount: container.restartCount,
      exitCode: container.exitCode,
      outOfMemoryKilled: container.outOfMemoryKilled,
      createdAt: container.createdAt,
      startedAt: container.startedAt,
      ports: listed.ports,
    },
    era,
    ...(version === undefined ? {} : { version }),
    probe: verification.probe,
    binaries: verification.binaries,
    persistence: checkPersistence(mounts, era, environment, user),
    problems: findProblems(lines, secretValues(environment)),
    readAtMs: Date.now(),
  };
}

const recentLineCount = 400;

/** Prints the version of the gateway's package, wherever its image keeps it. */
const versionScript = `
for (const path of ['/app', '/usr/local/lib/node_modules/openclaw', '/usr/local/lib/node_modules/moltbot', '/usr/local/lib/node_modules/clawdbot']) {
  try {
    const { name, version } = require(path + '/package.json');
    if (/^(openclaw|moltbot|clawdbot)$/.test(name)) { process.stdout.write(version); break; }
  } catch {}
}`;

async function readVersion(
  engine: Engine,
  container: ContainerDetails,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (container.state !== 'running') return undefined;
  const exec = await probeExec(engine, container.id, ['node', '-e', versionScript], signal);
  const version = exec?.exitCode === 0 ? exec.stdout.trim() : '';
  return /^\d[\w.+-]{0,60}$/.test(version) ? version : undefined;
}

/** Of the last start where it went well; what was wrong before that is over. */
async function recentLines(
  engine: Engine,
  container: ContainerDetails,
  isReady: boolean,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const options = {
    follow: false,
    tail: recentLineCount,
    ...(isReady ? { since: unixTime(container.startedAt) } : {}),
    ...(signal === undefined ? {} : { signal }),
  };
  for await (const chunk of engine.logs(container.id, options)) lines.push(...chunk.lines);
  return lines;
}
