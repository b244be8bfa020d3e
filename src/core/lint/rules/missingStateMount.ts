import type { ComposeMount } from '../../compose/ComposeFile.ts';
import { interpolate } from '../../compose/interpolate.ts';
import type { ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { isWithin } from '../../workspace/paths.ts';
import { composeMatches } from '../composeMatches.ts';
import { addVolumeFix, nameVolumeFix } from '../fixes/stateMountFixes.ts';
import { gatewayInstalls } from '../gatewayImages.ts';
import { gatewayRuns } from '../gatewayRuns.ts';
import { baseImageOf, type Gateway, gatewaysOf, isShortLived, startOf } from '../gateways.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import { stateFolders } from '../stateFolders.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** What the gateway knows stands in its state folder; only a mount there outlives the container. */
export const missingStateMount: Rule = {
  id: 'missing-state-mount',
  summary: "Mount the gateway's state on the host",
  why:
    'Config, model sign-ins, channel sessions, skills and the workspace lie below the state folder (/home/node/.openclaw in the official image). ' +
    'Without a host folder or a named volume there they are lost when the container is recreated, which every update does.',
  severity: 'error',
  noFix:
    'where the image is not known, so that nobody can say where its state is; for a tmpfs; and where the service is written on one line or takes its volumes from an anchor.',
  check: (project) =>
    uniqueFindings([...gatewaysOf(project).flatMap((gateway) => findingsFor(project, gateway)), ...inScripts(project)]),
  bad: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.3.2\n    volumes:\n      - ./data:/root/.openclaw\n',
  },
  good: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.3.2\n    volumes:\n      - ./data:/home/node/.openclaw\n',
  },
};

function findingsFor(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  const { main, service, hasUnknownBase, variables, name } = gateway;
  if (main === undefined || hasUnknownBase || isShortLived(project, main.path)) return [];
  if (gateway.definitions.some(({ compose }) => composeMatches(compose, /volumes_from/))) return [];
  const mounts = service.mounts.map((mount) => ({
    ...mount,
    target: withoutSlash(interpolate(mount.target, variables)),
  }));
  if (mounts.some(({ target }) => !target.startsWith('/'))) return [];
  const state = stateFolders(gateway);
  const lost = losingMount(mounts, state);
  if (lost !== undefined) return losingFindings(gateway, lost);
  const kept = mounts.filter(keeps);
  const cover = kept.find(({ target }) => state.folders.some((folder) => isWithin(target, folder)));
  if (cover !== undefined) return secretKeyFindings(gateway, main, kept, state.home);
  if (state.isUnknown) return [];
  if (!state.isCertain && kept.some(({ target }) => mayHoldState(target))) return [];
  if (kept.some(({ target }) => isPartOfState(target)) || savesElsewhere(project, gateway, kept)) return [];
  const wrong = state.isCertain
    ? kept.find(({ target }) => /\/\.(?:openclaw|clawdbot|moltbot)$/.test(target))
    : undefined;
  const where = state.isCertain ? `at ${state.folders[0]}` : 'for its state';
  const instead = wrong === undefined ? '' : ` What is mounted at ${wrong.target} is not where this image looks.`;
  return [
    {
      path: main.path,
      range: main.service.nameRange,
      message: `"${name}" has no host folder or named volume ${where}: config, sign-ins, sessions and the workspace are lost when the container is recreated.${instead}`,
      fixes: () =>
        wrong === undefined
          ? state.isCertain
            ? addVolumeFix(main, 'openclaw-state', state.folders[0])
            : []
          : targetFix(gateway, wrong, state.folders[0]),
    },
  ];
}

/** `docker run` in the project's own scripts, with no mount at all. */
function inScripts(project: ProjectModel): readonly Finding[] {
  return gatewayRuns(project)
    .filter(({ isOfficial, hasMounts }) => isOfficial && !hasMounts)
    .map(({ path, range }) => ({
      path,
      range,
      message:
        'This gateway has no host folder or named volume at /home/node/.openclaw: config, sign-ins, sessions and the workspace are lost when the container is recreated.',
    }));
}

/** The innermost mount over the state folder, or over the workspace in it, where that is a tmpfs or an anonymous volume. */
function losingMount(
  mounts: readonly ComposeMount[],
  state: ReturnType<typeof stateFolders>,
): ComposeMount | undefined {
  const [first] = state.folders;
  const keptFirst = mounts.some((mount) => mount.target === first && keeps(mount));
  for (const folder of state.folders.flatMap((path) => [path, `${path}/workspace`])) {
    // The likeliest one is kept: what the others lose is not the state.
    if (keptFirst && !isWithin(first, folder)) continue;
    const innermost = mounts
      .filter(({ target }) => isWithin(target, folder))
      .toSorted((a, b) => b.target.length - a.target.length)[0];
    if (innermost?.kind === 'tmpfs' || innermost?.kind === 'anonymous') return innermost;
  }
  return undefined;
}

function losingFindings({ definitions }: Gateway, lost: ComposeMount): readonly Finding[] {
  const definition = definitions.find(({ service }) => service.mounts.some(({ range }) => range === lost.range));
  if (definition === undefined) return [];
  const message =
    lost.kind === 'tmpfs'
      ? `${lost.target} is in memory (tmpfs): the gateway's state is lost when the container stops. Mount a host folder or a named volume there.`
      : `${lost.target} is an anonymous volume: the gateway's state is lost when the container is removed (docker compose down). Give the volume a name, or mount a host folder.`;
  const fixes = (): readonly Fix[] =>
    lost.kind === 'anonymous' ? nameVolumeFix(definition, lost, 'openclaw-state') : [];
  return [{ path: definition.path, range: lost.range, message, fixes }];
}

function keeps({ kind, source, target }: ComposeMount): boolean {
  if (kind === 'tmpfs' || kind === 'anonymous') return false;
  return (
    !/\.sock$|^\/(?:etc|dev|proc|sys|run|var\/run|tmp)(?:\/|$)|\/node_modules$/.test(target) && !/\.sock$/.test(source)
  );
}

/** Of an image that nobody here knows: any folder that is not plainly something else, such as the workspace or the config alone. */
function mayHoldState(target: string): boolean {
  if (/\/\.(?:openclaw|clawdbot|moltbot)\/(?:workspace|skills|extensions|plugins|[\w.-]+\.json5?)(?:\/|$)/.test(target))
    return false;
  return !/\/(?:logs?|cache|skills?|scripts?|src|plugins|extensions|certs?|[^/]*\.\w{1,5})$|^\/usr\//.test(target);
}

/** Parts of the state that are mounted one by one; then somebody has thought about it. */
function isPartOfState(target: string): boolean {
  return /\/\.(?:openclaw|clawdbot|moltbot)[^/]*\/(?:agents|state|credentials|data|config)(?:\/|$)/.test(target);
}

/** The start names a mounted folder, or brings the state from somewhere else. */
function savesElsewhere(project: ProjectModel, gateway: Gateway, kept: readonly ComposeMount[]): boolean {
  const words = [...(gateway.service.entrypoint?.words ?? []), ...(gateway.service.command?.words ?? [])];
  const texts = [
    ...words.map(({ value }) => value),
    ...startOf(project, gateway).map(({ source }) => source?.text ?? ''),
  ];
  return texts.some(
    (text) =>
      /\b(?:rclone|aws s3|gsutil|restic|litestream|s3fs)\b|(?:STATE_DIR|OPENCLAW_HOME|\bHOME)=/.test(text) ||
      kept.some(({ target }) => target.length > 1 && text.includes(target)),
  );
}

/** Since 2026.5.12 (openclaw/openclaw#80991) the key of older model sign-ins has a folder of its own. */
function secretKeyFindings(
  gateway: Gateway,
  main: ProjectService,
  kept: readonly ComposeMount[],
  home: string,
): readonly Finding[] {
  const version = versionOf(gateway);
  if (version === undefined || version < 2026_05_12) return [];
  const { environment } = gateway;
  if (environment.has('XDG_CONFIG_HOME') || environment.has('OPENCLAW_AUTH_PROFILE_SECRET_DIR')) return [];
  const folder = `${home}/.config/openclaw`;
  if (kept.some(({ target }) => isWithin(target, folder))) return [];
  return [
    {
      path: main.path,
      range: main.service.nameRange,
      severity: 'information',
      message: `Nothing is mounted at ${folder}: from 2026.5.12 on the key of model sign-ins lies there, and without it they cannot be read again when the container is recreated.`,
      fixes: () => addVolumeFix(main, 'openclaw-key', folder),
    },
  ];
}

/** As a number that compares, such as 20260512; `undefined` where the tag moves or says nothing. */
function versionOf(gateway: Gateway): number | undefined {
  const installed = gateway.image === undefined ? [] : [...gatewayInstalls(gateway.image.dockerfile).values()];
  const texts = [baseImageOf(gateway), ...installed.map(({ version }) => `:${version}`)];
  for (const text of texts) {
    const match = /:v?(20\d\d)\.(\d{1,2})\.(\d{1,2})(?!\d)/.exec(text);
    if (match !== null) return Number(match[1]) * 10_000 + Number(match[2]) * 100 + Number(match[3]);
  }
  return undefined;
}

function targetFix({ definitions }: Gateway, wrong: ComposeMount, folder: string): readonly Fix[] {
  const definition = definitions.find(({ service }) => service.mounts.some(({ range }) => range === wrong.range));
  if (definition === undefined) return [];
  const { path, compose } = definition;
  const at = compose.text.slice(wrong.range.start, wrong.range.end).lastIndexOf(wrong.target);
  if (at === -1) return [];
  const start = wrong.range.start + at;
  const edit = { range: { start, end: start + wrong.target.length }, newText: folder };
  return [{ title: `Mount it at ${folder}`, edits: [{ path, edits: [edit] }] }];
}

function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
