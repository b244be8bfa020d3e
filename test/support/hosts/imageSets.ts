import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cached, debianMirror, recipeText, runsFolder } from './cache.ts';
import { certificateAuthority } from './certificateAuthority.ts';
import { HostGroup } from './hostGroup.ts';
import { packageHostName } from './packageHost.ts';
import { run, runContained } from './run.ts';
import { isHostAlive, readSlots } from './slots.ts';
import type { HostBase, TestHost } from './testHost.ts';

/**
 * What the hosts' engines have in store, without a registry:
 * - `node`: `node:24-bookworm` (also as `-slim`), made of Debian's packages and Node
 * - `fixture`: `node`, and `openclaw-fixture`, the fixture gateway
 * - `openclaw`: `fixture`, and `openclaw-app:2026.9.6`, the real gateway
 * - `bases`: `node` with a slim image that is one, Debian's, Go's, one of BusyBox as Alpine's, and distroless
 */
export type ImageName = 'node' | 'fixture' | 'openclaw' | 'bases';

export const openclawVersion = '2026.9.6';

/** The shared parts of hosts whose engines have the images; built if they are not in the cache. */
export async function hostBase(images: readonly ImageName[]): Promise<HostBase> {
  const base = await bareBase();
  if (images.length === 0) return base;
  const node = await nodeImageSet(base);
  if (images.includes('bases')) {
    if (images.length > 1) throw new Error('The images `bases` go with no others.');
    return { ...base, imageSet: await basesImageSet(base, node) };
  }
  const below = images.includes('openclaw') ? await openclawImageSet(base, node) : node;
  const imageSet = images.some((name) => name !== 'node') ? await fixtureImageSet(base, below) : node;
  return { ...base, imageSet };
}

async function bareBase(): Promise<HostBase> {
  const recipe = [recipeText('build-rootfs.sh'), process.arch];
  const rootfs = await cached(
    'rootfs',
    recipe,
    async (folder) => {
      await runContained('bash', [join(import.meta.dirname, 'build-rootfs.sh'), folder, await debianMirror()]);
    },
    () => readSlots().some((slot) => Object.values(slot.hosts).some((host) => isHostAlive(slot.number, host))),
  );
  return { rootfs, certificateAuthority: (await certificateAuthority()).certificate };
}

async function nodeImageSet(base: HostBase): Promise<string> {
  const authority = readFileSync(base.certificateAuthority, 'utf8');
  const recipe = [recipeText('build-node-image.sh'), base.rootfs, authority, process.version, npmVersion];
  return await cachedImageSet('images-node', recipe, base, undefined, async (builder, scratch) => {
    const npm = join(scratch, 'npm');
    mkdirSync(npm, { recursive: true });
    await runContained('npm', [
      'install',
      '--prefix',
      npm,
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `npm@${npmVersion}`,
    ]);
    const tree = join(scratch, 'node');
    const script = join(import.meta.dirname, 'build-node-image.sh');
    const node = createRequire(import.meta.url).resolve('node/bin/node');
    const npmFolder = join(npm, 'node_modules/npm');
    await runContained('bash', [script, tree, await debianMirror(), node, npmFolder, base.certificateAuthority]);
    const changes = [
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      `ENV NODE_VERSION=${process.versions.node}`,
      'ENTRYPOINT ["docker-entrypoint.sh"]',
      'CMD ["node"]',
    ].flatMap((change) => ['--change', change]);
    await sendTar(tree, builder, ['docker', 'import', ...changes, '-', 'node:24-bookworm']);
    await builder.run(['docker', 'tag', 'node:24-bookworm', 'node:24-bookworm-slim']);
  });
}

async function openclawImageSet(base: HostBase, below: string): Promise<string> {
  const recipe = [recipeText('build-openclaw-app.sh', 'openclaw.Dockerfile'), below, openclawVersion];
  return await cachedImageSet('images-openclaw', recipe, base, below, async (builder, scratch) => {
    const folder = join(scratch, 'openclaw');
    const script = join(import.meta.dirname, 'build-openclaw-app.sh');
    await runContained('bash', [script, folder, openclawVersion], {
      env: { PATH: `${nodeFolder()}:${process.env['PATH']}` },
    });
    cpSync(join(import.meta.dirname, 'openclaw.Dockerfile'), join(folder, 'Dockerfile'));
    const tags = ['--tag', `openclaw-app:${openclawVersion}`, '--tag', `ghcr.io/openclaw/openclaw:${openclawVersion}`];
    await sendTar(folder, builder, ['docker', 'build', ...tags, '-']);
  });
}

async function fixtureImageSet(base: HostBase, below: string): Promise<string> {
  const gateway = join(import.meta.dirname, '../gateway');
  const files = ['Dockerfile', 'eraLines.mjs', 'fixtureGateway.mjs', 'fixtureHealthcheck.mjs'];
  const recipe = [recipeText(...files.map((file) => join(gateway, file))), below];
  const name = below.includes('images-openclaw') ? 'images-openclaw-fixture' : 'images-fixture';
  return await cachedImageSet(name, recipe, base, below, async (builder) => {
    await sendTar(gateway, builder, ['docker', 'build', '--tag', 'openclaw-fixture', '-'], files);
  });
}

async function basesImageSet(base: HostBase, below: string): Promise<string> {
  const recipe = [recipeText('build-base-images.sh'), basesRecipe, below];
  return await cachedImageSet('images-bases', recipe, base, below, async (builder, scratch) => {
    const trees = join(scratch, 'bases');
    const script = join(import.meta.dirname, 'build-base-images.sh');
    await runContained('bash', [script, trees, await debianMirror(), base.certificateAuthority]);
    for (const [tree, image, changes] of importedBases) {
      const options = changes.flatMap((change) => ['--change', change]);
      await sendTar(join(trees, tree), builder, ['docker', 'import', ...options, '-', image]);
    }
    for (const tag of ['node:24-bookworm-slim', 'node:22-bookworm-slim']) {
      await builder.run(['docker', 'build', '--tag', tag, '-'], { input: slimNode });
    }
    await builder.run(['docker', 'tag', 'node:24-bookworm', 'node:22-bookworm']);
  });
}

const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const importedBases: readonly (readonly [tree: string, image: string, changes: readonly string[]])[] = [
  ['slim', 'debian:bookworm-slim', [path]],
  ['golang', 'golang:1-bookworm', [path, `ENV GOPROXY=https://${packageHostName}/go GOSUMDB=off`]],
  ['alpine', 'alpine:3', [path]],
  ['distroless', 'gcr.io/distroless/static-debian12:nonroot', [path, 'USER nonroot']],
];

const slimNode = `FROM debian:bookworm-slim
COPY --from=node:24-bookworm /usr/local /usr/local
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node"]
`;

const basesRecipe = JSON.stringify([importedBases, slimNode]);

const npmVersion = '11.19.1';

const nodeFolder = (): string => join(createRequire(import.meta.url).resolve('node/bin/node'), '..');

/** Raises a host on the set `below`, lets `build` add images to its engine, and keeps the engine's data as the new set. */
async function cachedImageSet(
  name: string,
  recipe: readonly string[],
  base: HostBase,
  below: string | undefined,
  build: (builder: TestHost, scratch: string) => Promise<void>,
): Promise<string> {
  const isInUse = (folder: string): boolean => readSlots().some(({ imageSet }) => imageSet === folder);
  const buildSet = async (folder: string): Promise<void> => {
    const group = await HostGroup.create(runsFolder);
    try {
      const scratch = join(group.folder, 'scratch');
      mkdirSync(scratch);
      const docker = join(group.folder, 'builder', 'docker');
      mkdirSync(docker, { recursive: true, mode: 0o710 });
      if (below !== undefined) await unpackImageSet(below, docker);
      await group.up(['builder'], base);
      const builder = group.get('builder');
      await build(builder, scratch);
      await builder.run(['docker', 'builder', 'prune', '--all', '--force']);
      await builder.stopEngine();
      packImageSet(docker, folder);
    } finally {
      await group.down();
    }
  };
  return await cached(name, recipe, buildSet, isInUse);
}

/** Copies a set into an engine's data folder; the layers' files, which engines never write, as hard links. */
async function unpackImageSet(imageSet: string, docker: string): Promise<void> {
  await run('cp', ['--archive', `${imageSet}/docker/.`, docker]);
  for (const layer of readdirSync(join(imageSet, 'layers'))) {
    await run('cp', ['--archive', '--link', `${imageSet}/layers/${layer}/.`, join(docker, 'overlay2', layer, 'diff')]);
  }
}

/** Splits an engine's data into the layers, which hosts mount, and the small rest, which each host gets a copy of. */
function packImageSet(docker: string, imageSet: string): void {
  mkdirSync(join(imageSet, 'layers'), { recursive: true });
  for (const layer of readdirSync(join(docker, 'overlay2'))) {
    const diff = join(docker, 'overlay2', layer, 'diff');
    if (!existsSync(diff)) continue;
    renameSync(diff, join(imageSet, 'layers', layer));
    mkdirSync(diff);
  }
  // An engine makes these anew; its identity must be its own.
  for (const part of ['engine-id', 'network', 'tmp', 'runtimes'])
    rmSync(join(docker, part), { recursive: true, force: true });
  renameSync(docker, join(imageSet, 'docker'));
}

/** Streams a folder as a tar to a command on the host. */
async function sendTar(
  folder: string,
  host: TestHost,
  argv: readonly string[],
  files: readonly string[] = ['.'],
): Promise<void> {
  const tar = spawn('tar', ['--create', '--numeric-owner', '-C', folder, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ssh = spawn('ssh', ['-F', host.sshConfigFile, host.name, '--', ...argv.map((part) => `'${part}'`)], {
    stdio: [tar.stdout, 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  ssh.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  ssh.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const exitCode = await new Promise((resolve) => ssh.once('close', resolve));
  if (exitCode !== 0) throw new Error(`\`${argv.join(' ')}\` on ${host.name}: ${Buffer.concat(output).toString()}`);
}
