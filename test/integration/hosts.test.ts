import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { remainsOfSlot } from '../support/hosts/remains.ts';
import { tryRun, waitFor } from '../support/hosts/run.ts';
import { readSlot } from '../support/hosts/slots.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

const compose = `
services:
  openclaw-gateway:
    build: .
    restart: unless-stopped
    environment:
      OPENCLAW_GATEWAY_TOKEN: 3f1c9a7b5d2e8f60
    ports: ["127.0.0.1:18789:18789"]
`;

describe('two test hosts', () => {
  const hosts = withTestHosts(['vm1', 'vm2'], { releaseHost: true });
  before(hosts.up);
  after(hosts.down);

  it('are machines of their own, reached over SSH', async () => {
    const seen = await Promise.all(
      ['vm1', 'vm2'].map(async (name) =>
        (await hosts.get(name).run(['sh', '-c', 'hostname; hostname -I'])).split('\n'),
      ),
    );
    for (const [index, name] of ['vm1', 'vm2'].entries()) {
      assert.equal(seen[index]?.[0], name);
      assert.ok(seen[index]?.[1]?.split(' ').includes(hosts.get(name).address));
    }
    assert.notEqual(await hosts.get('vm1').hostKeyFingerprint(), await hosts.get('vm2').hostKeyFingerprint());
  });

  it('reach each other', async () => {
    await hosts.get('vm1').run(['ping', '-c', '1', '-W', '2', hosts.get('vm2').address]);
  });

  it('have an engine, compose and buildx', async () => {
    const vm1 = hosts.get('vm1');
    assert.match(await vm1.run(['docker', 'version', '--format', '{{.Server.Version}}']), /^\d+\.\d+/);
    assert.match(await vm1.run(['docker', 'compose', 'version', '--short']), /^2\./);
    assert.match(await vm1.run(['docker', 'buildx', 'version']), /buildx/);
  });

  it('let deploy use the engine and refuse nodocker', async () => {
    const vm1 = hosts.get('vm1');
    await vm1.run(['docker', 'ps'], { user: 'deploy' });
    const refused = await vm1.ssh(['docker', 'ps'], { user: 'nodocker' });
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /permission denied while trying to connect to the Docker daemon socket/);
  });

  it('report the memory that they were given', async () => {
    const memoryBytes = Number(await hosts.get('vm1').run(['docker', 'info', '--format', '{{.MemTotal}}']));
    assert.equal(memoryBytes, 3 * 1024 ** 3);
  });

  it('build an image and run the fixture gateway, which comes back after a reboot', async () => {
    const vm1 = hosts.get('vm1');
    await writeProject(vm1, '/srv/gateway', 'FROM openclaw-fixture\nRUN node --version\n');
    await inProject(vm1, '/srv/gateway', ['docker', 'compose', 'up', '--build', '--detach']);
    await waitForReady(vm1);
    const used = await vm1.run(['docker', 'stats', '--no-stream', '--format', '{{.MemUsage}}']);
    assert.match(used, /^[1-9][\d.]*MiB/);
    const logs = await inProject(vm1, '/srv/gateway', ['docker', 'compose', 'logs', '--no-color']);
    assert.match(logs, /\[gateway\]\S* \S*ready/);

    const fingerprint = await vm1.hostKeyFingerprint();
    await hosts.reboot('vm1');
    await waitForReady(vm1);
    assert.equal(await vm1.hostKeyFingerprint(), fingerprint);

    await hosts.reboot('vm1', { powerCut: true });
    await waitForReady(vm1);
    await inProject(vm1, '/srv/gateway', ['docker', 'compose', 'down']);
  });

  it('build on node:24-bookworm and fetch a release over TLS, without a registry', async () => {
    const vm2 = hosts.get('vm2');
    const url = hosts.releaseHost().url('gog', 'amd64');
    const check = `echo "${hosts.releaseHost().sha256('gog', 'amd64')}  gog.tar.gz" | sha256sum -c -`;
    const download = `RUN curl -fsSL -o gog.tar.gz ${url} && ${check} && tar -xzf gog.tar.gz -C /usr/local/bin gog`;
    await writeProject(vm2, '/srv/release', `FROM node:24-bookworm\n${download}\n`);
    await vm2.run(['docker', 'build', '--tag', 'with-gog', '/srv/release']);
    assert.equal(await vm2.run(['docker', 'run', '--rm', 'with-gog', 'which', 'gog']), '/usr/local/bin/gog\n');
    assert.ok(hosts.releaseHost().requests.some((path) => path.startsWith('github.com/openclaw/gogcli/releases/')));
  });

  it('kill a build step that needs more memory than they have', async () => {
    const vm2 = hosts.get('vm2');
    const hog = 'RUN ["node", "-e", "const all = []; for (;;) all.push(Buffer.alloc(16 << 20, 1))"]';
    await writeProject(vm2, '/srv/hog', `FROM node:24-bookworm\n${hog}\n`);
    vm2.limitBuildMemory(256 * 1024 ** 2);
    const build = await vm2.ssh(['docker', 'compose', '--project-directory', '/srv/hog', 'build']);
    vm2.limitBuildMemory(undefined);
    assert.equal(build.exitCode, 17);
    assert.match(build.stderr, /did not complete successfully: exit code: 137/);
  });

  it('can be cut off and healed', async () => {
    const vm2 = hosts.get('vm2');
    vm2.cut();
    const cut = await tryRun('ssh', ['-F', vm2.sshConfigFile, '-o', 'ConnectTimeout=1', 'vm2', 'true']);
    vm2.heal();
    assert.equal(cut.exitCode, 255);
    assert.match(cut.stderr, /Connection timed out/);
    await vm2.run(['true']);
  });

  it('can lose and regain their SSH server', async () => {
    const vm2 = hosts.get('vm2');
    const session = vm2.ssh(['sleep', '60']);
    await waitFor(
      'the session',
      async () => (await vm2.ssh(['pgrep', '-x', 'sleep', '-a'])).stdout.includes(' 60') || undefined,
    );
    await vm2.killSshd();
    assert.equal((await session).exitCode, 255);
    assert.match((await vm2.ssh(['true'])).stderr, /Connection refused/);
    await vm2.startSshd();
    await vm2.run(['true']);
  });

  it('can lose and regain their engine', async () => {
    const vm2 = hosts.get('vm2');
    await vm2.killEngine();
    assert.match((await vm2.ssh(['docker', 'ps'])).stderr, /Cannot connect to the Docker daemon/);
    await vm2.startEngine();
    assert.equal(await vm2.run(['docker', 'run', '--rm', 'node:24-bookworm', 'node', '-p', '6 * 7']), '42\n');
    await vm2.stopEngine();
    assert.match((await vm2.ssh(['docker', 'ps'])).stderr, /Cannot connect to the Docker daemon/);
    await vm2.startEngine();
    assert.equal(await vm2.run(['docker', 'run', '--rm', 'node:24-bookworm', 'node', '-p', '6 * 7']), '42\n');
  });

  it('can get new host keys, as a reinstalled machine has', async () => {
    const vm2 = hosts.get('vm2');
    const before = await vm2.hostKeyFingerprint();
    await vm2.renewHostKeys();
    assert.notEqual(await vm2.hostKeyFingerprint(), before);
    await vm2.run(['true']);
  });

  it('keep the images that other hosts share when one deletes them', async () => {
    await hosts.get('vm2').run(['docker', 'image', 'rm', '--force', 'openclaw-fixture']);
    const listed = await hosts.get('vm1').run(['docker', 'run', '--rm', 'openclaw-fixture', 'ls', '/app/openclaw.mjs']);
    assert.equal(listed, '/app/openclaw.mjs\n');
  });

  it('are left alone by another run, which takes a network of its own and leaves nothing behind', async () => {
    const other = withTestHosts(['vm1'], { images: [] });
    await other.up();
    const slot = other.slot();
    const folder = dirname(other.get('vm1').folder);
    try {
      assert.notEqual(slot, hosts.slot());
      assert.notEqual(other.get('vm1').address, hosts.get('vm1').address);
      await other.get('vm1').run(['docker', 'ps']);
      assert.ok(remainsOfSlot(slot, folder).length > 0);
    } finally {
      await other.down();
    }
    assert.deepEqual(remainsOfSlot(slot, folder), []);
    await hosts.get('vm1').run(['true']);
  });
});

describe('a run that dies', () => {
  it('takes its hosts down when it is terminated', async () => {
    const run = await startRun();
    run.kill('SIGTERM');
    await run.gone;
    assert.deepEqual(remainsOfSlot(run.slot, run.folder), []);
  });

  it('is cleared away by the next run when it is killed', async () => {
    const run = await startRun();
    run.kill('SIGKILL');
    await run.gone;
    assert.ok(remainsOfSlot(run.slot, run.folder).some((remain) => remain.startsWith('process')));
    const next = withTestHosts(['vm1'], { images: [] });
    // The kernel frees the dead run's lock a moment after its end.
    await waitFor('the dead run to be cleared', async () => {
      await next.up();
      const deadSlot = readSlot(run.slot);
      const isCleared = deadSlot?.owner.pid !== run.pid;
      if (isCleared && next.slot() !== run.slot) assert.deepEqual(remainsOfSlot(run.slot, run.folder), []);
      await next.down();
      return isCleared || undefined;
    });
    assert.deepEqual(remainsOfSlot(run.slot, run.folder), []);
  });
});

async function writeProject(host: TestHost, folder: string, dockerfile: string): Promise<void> {
  await host.writeFile(join(folder, 'Dockerfile'), dockerfile);
  await host.writeFile(join(folder, 'docker-compose.yml'), compose);
}

async function inProject(host: TestHost, folder: string, argv: readonly string[]): Promise<string> {
  return await host.run(['sh', '-c', 'cd "$1" && shift && exec "$@"', 'in', folder, ...argv]);
}

async function waitForReady(host: TestHost): Promise<void> {
  await waitFor('the gateway to be ready', async () => {
    const probe = await host.ssh(['curl', '-s', 'http://127.0.0.1:18789/readyz']);
    return probe.stdout === '{"ready":true}' || undefined;
  });
}

type Run = {
  readonly pid: number;
  readonly slot: number;
  readonly folder: string;
  readonly gone: Promise<void>;
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => void;
};

/** Another process that raises a host and then waits for ever. */
async function startRun(): Promise<Run> {
  const script = `
    const { withTestHosts } = await import(${JSON.stringify(join(import.meta.dirname, '../support/hosts/testHosts.ts'))});
    const hosts = withTestHosts(['vm1'], { images: [] });
    await hosts.up();
    console.log(JSON.stringify({ slot: hosts.slot(), host: hosts.get('vm1').folder }));
    setInterval(() => undefined, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', (code) => reject(new Error(`The run ended with ${code} before its host was up.`)));
  });
  const { slot, host } = JSON.parse(line) as { slot: number; host: string };
  return { pid: child.pid ?? 0, slot, folder: dirname(host), gone, kill: (signal) => void child.kill(signal) };
}
