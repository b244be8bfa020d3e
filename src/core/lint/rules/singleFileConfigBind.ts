import type { ComposeMount } from '../../compose/ComposeFile.ts';
import { interpolate } from '../../compose/interpolate.ts';
import type { ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { baseName, parentFolder } from '../../workspace/paths.ts';
import { type Gateway, gatewaysOf } from '../gateways.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** The gateway saves its config by a rename, which a file that is a mount does not survive (openclaw/openclaw#124688, #4238). */
export const singleFileConfigBind: Rule = {
  id: 'single-file-config-bind',
  summary: 'Mount the folder of openclaw.json, not the file',
  why:
    'The gateway writes a new openclaw.json and renames it over the old one. Over a file that is itself a mount the rename fails (EBUSY), or the ' +
    'container goes on with a file that the host never sees: settings are lost when the container is recreated.',
  severity: 'warning',
  noFix: "where the file's folder on the host holds other things too, or something else is mounted beside the file.",
  check: (project) => uniqueFindings(gatewaysOf(project).flatMap((gateway) => findingsFor(project, gateway))),
  bad: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    volumes:\n      - ./config/openclaw.json:/home/node/.openclaw/openclaw.json\n',
  },
  good: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    volumes:\n      - ./config:/home/node/.openclaw\n',
  },
};

const configFile = /^(?:openclaw|clawdbot|moltbot)\.json5?$/;

function findingsFor(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  return gateway.definitions.flatMap((definition) =>
    definition.service.mounts
      .filter((mount) => gateway.service.mounts.includes(mount))
      .filter((mount) => (mount.kind === 'bind' || mount.kind === 'volume') && mount.source !== '')
      .filter((mount) => isConfig(interpolate(mount.target, definition.variables), gateway))
      // A folder of that name would be a strange thing, but then it is no single file.
      .filter(({ source }) => !/[/\\]$/.test(source) && !holdsFiles(project, definition, source))
      .map((mount) => asFinding(definition, mount, gateway)),
  );
}

function holdsFiles(project: ProjectModel, definition: ProjectService, source: string): boolean {
  const folder = project.hostPath(definition, source);
  if (!configFile.test(baseName(folder))) return false;
  for (const path of project.paths) if (path.startsWith(`${folder}/`)) return true;
  return false;
}

/** The file that this gateway reads and writes: a file elsewhere is a template that a script copies. */
function isConfig(target: string, { environment }: Gateway): boolean {
  if (!configFile.test(baseName(target))) return false;
  const said = environment.get('OPENCLAW_CONFIG_PATH') ?? environment.get('CLAWDBOT_CONFIG_PATH');
  if (said?.startsWith('/') === true) return said === target;
  const state = environment.get('OPENCLAW_STATE_DIR') ?? environment.get('CLAWDBOT_STATE_DIR');
  if (state?.startsWith('/') === true) return parentFolder(target) === state.replace(/\/+$/, '');
  return /\/\.(?:openclaw|clawdbot|moltbot)$/.test(parentFolder(target));
}

function asFinding(definition: ProjectService, mount: ComposeMount, gateway: Gateway): Finding {
  const name = baseName(mount.target);
  return {
    path: definition.path,
    range: mount.range,
    message: `${name} is mounted as a single file: the gateway saves its config by a rename, which fails (EBUSY) or never reaches the host's file. Mount its folder instead.`,
    fixes: fixesFor(definition, mount, gateway),
  };
}

/** Where the file has a host folder to itself and nothing else is mounted there, that folder takes the file's place. */
function fixesFor({ path, compose }: ProjectService, mount: ComposeMount, gateway: Gateway): readonly Fix[] {
  const folder = parentFolder(mount.target);
  const isTaken = gateway.service.mounts.some(
    (other) => other !== mount && `${other.target}/`.startsWith(`${folder}/`),
  );
  const match = /^(.*[^./~\\])\/[^/]+$/.exec(mount.source);
  const source = match?.[1];
  if (isTaken || source === undefined || baseName(mount.source) !== baseName(mount.target)) return [];
  const written = compose.text.slice(mount.range.start, mount.range.end);
  const pair = `${mount.source}:${mount.target}`;
  const at = written.indexOf(pair);
  if (at === -1 || written.includes('\n')) return [];
  const start = mount.range.start + at;
  const rest = written.slice(at + pair.length).replace(/["']$/, '');
  const end = start + pair.length + (rest === ':ro' ? rest.length : 0);
  return [
    {
      title: `Mount the folder ${source}`,
      edits: [{ path, edits: [{ range: { start, end }, newText: `${source}:${folder}` }] }],
    },
  ];
}
