import { isRoot } from '../../binaries/insertionPoint.ts';
import { finalState, startInstructions } from '../../dockerfile/stageStates.ts';
import { stagesOf } from '../../dockerfile/stages.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { ProjectImage, ProjectModel } from '../../workspace/ProjectModel.ts';
import { parentFolder, resolvePath } from '../../workspace/paths.ts';
import { baseOf, isNodeImage } from '../baseOf.ts';
import { isGatewayProjectService } from '../gatewayImages.ts';
import type { Finding, Rule } from '../Rule.ts';
import { RunFilter } from '../RunFilter.ts';
import { runInstructions } from '../runScripts.ts';

/** The example of the documentation is no replacement for the repository's Dockerfile: it shows where binaries go, and nothing else. */
export const replacedUpstreamRuntime: Rule = {
  id: 'replaced-upstream-runtime',
  summary: "Extend the repository's Dockerfile, do not replace it",
  why:
    "The documentation's short example has a single stage. Put in the place of the repository's Dockerfile it drops what the container " +
    'needs to run well: the user `node`, the init that reaps processes and passes on signals, the health check.',
  severity: 'warning',
  noFix: "the repository's own Dockerfile is not here: take it back with git, or build on the official image.",
  check: (project) => project.images.flatMap((image) => findingsFor(project, image)),
  bad: {
    Dockerfile:
      'FROM node:24-bookworm\nRUN apt-get update && apt-get install -y socat && rm -rf /var/lib/apt/lists/*\nWORKDIR /app\n' +
      'COPY package.json pnpm-lock.yaml pnpm-workspace.yaml .npmrc ./\nCOPY ui/package.json ./ui/package.json\nCOPY scripts ./scripts\n' +
      'RUN corepack enable\nRUN pnpm install --frozen-lockfile\nCOPY . .\nRUN pnpm build\nRUN pnpm ui:install\nRUN pnpm ui:build\n' +
      'ENV NODE_ENV=production\nCMD ["node","dist/index.js"]\n',
  },
  good: {
    Dockerfile:
      'FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\n' +
      'RUN apt-get update && apt-get install -y --no-install-recommends socat && rm -rf /var/lib/apt/lists/*\nUSER node\n',
  },
};

function findingsFor(project: ProjectModel, image: ProjectImage): readonly Finding[] {
  const base = baseOf(image);
  if (base === undefined || !isNodeImage(base.repository) || stagesOf(image.dockerfile).length !== 1) return [];
  if (!buildsGatewayHere(project, image)) return [];
  const { user } = finalState(image.stage);
  if (user !== undefined && !isRoot(user)) return [];
  const { entrypoint, healthcheck } = startInstructions(image.stage);
  const hasInit =
    entrypoint !== undefined ||
    image.services.some(
      ({ service, compose }) =>
        service.entrypoint !== undefined ||
        /^\s*init:\s*["']?true/m.test(compose.text.slice(service.range.start, service.range.end)),
    );
  const hasCheck = healthcheck !== undefined || image.services.some(({ service }) => service.healthcheck !== undefined);
  const lost = ['as root', ...(hasInit ? [] : ['without an init']), ...(hasCheck ? [] : ['without a health check'])];
  if (lost.length < 2) return [];
  return [
    {
      path: image.path,
      range: image.stage.from.range,
      message: `This single stage replaces the repository's own Dockerfile: the gateway runs ${listOf(lost)}. Keep the repository's Dockerfile and put what you install before its last USER node.`,
    },
  ];
}

function listOf(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

const mayBuild = new RunFilter(['pnpm']);
const mayClone = new RunFilter(['clone']);

/** The steps with which the gateway's repository is built, on the files of the build context. */
function buildsGatewayHere(project: ProjectModel, image: ProjectImage): boolean {
  const steps = new Set<string>();
  const runs = runInstructions(image.dockerfile);
  if (!runs.some(mayBuild.covers)) return false;
  for (const { texts } of runs.filter((run) => mayBuild.covers(run) || mayClone.covers(run))) {
    for (const { words } of texts.flatMap(({ commands }) => commands)) {
      const { name, argv } = unwrapCommand(words);
      if (name === 'git' && argv[1]?.value === 'clone') return false;
      if (name !== 'pnpm') continue;
      for (const word of argv.slice(1))
        if (/^(?:install|build|ui:install|ui:build)$/.test(word.value)) steps.add(word.value);
    }
  }
  if (!steps.has('install') || !(steps.has('ui:install') || steps.has('ui:build'))) return false;
  const copies = image.stage.instructions.filter(
    (instruction) => instruction.keyword === 'COPY' && instruction.flag('from') === undefined,
  );
  if (!copies.some((copy) => /^\.\/?$/.test(copy.words[0]?.value ?? ''))) return false;
  const own = project.read(resolvePath(parentFolder(image.path), 'package.json')) ?? '';
  // Under its older names the repository's own file had a single stage.
  if (/"name"\s*:\s*"(?:clawdbot|moltbot)"/.test(own)) return false;
  if (/"name"\s*:\s*"openclaw"/.test(own)) return true;
  return (
    copies.some((copy) =>
      copy.words.some((word) => word.value === 'pnpm-workspace.yaml' || word.value === 'ui/package.json'),
    ) &&
    (image.services.length === 0 || image.services.some(isGatewayProjectService))
  );
}
