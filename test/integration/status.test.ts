import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DockerConfigFolder } from '../support/dockerConfigFolder.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { relayTo } from '../support/tlsEngine.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const hosts = withTestHosts(['vm1'], { images: ['node'] });
const home = mkdtempSync(join(tmpdir(), 'status-home-'));
let host: TestHost;
let environment: Readonly<Record<string, string>> = {};

before(async () => {
  await hosts.up();
  host = hosts.get('vm1');
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  copyFileSync(host.keyFile, join(home, '.ssh', 'id_ed25519'));
});
after(async () => {
  await hosts.down();
  rmSync(home, { recursive: true });
});

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a person whose home folder is the suite's. */
async function status(...args: readonly string[]): Promise<Result> {
  const env = { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1', ...environment };
  const child = spawn(process.execPath, [cli, 'status', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, stdout, stderr };
}

async function knowHost(): Promise<void> {
  const key = (await host.run(['cat', '/etc/ssh/ssh_host_ed25519_key.pub'])).trim();
  writeFileSync(join(home, '.ssh', 'known_hosts'), `${host.address} ${key}\n`);
}

const compose = [
  'services:',
  '  openclaw-gateway:',
  '    image: node:24-bookworm-slim',
  '    command: sh -c "trap \'exit 0\' TERM; sleep infinity & wait"',
  '    ports: ["127.0.0.1:18789:18789"]',
  '',
].join('\n');

describe('openclaw-vm status', () => {
  it('refuses a host key that nobody knows, before anything else', async () => {
    const { code, stdout } = await status(`root@${host.address}`);
    assert.equal(code, 1);
    assert.match(stdout, /not reached/);
    assert.ok(stdout.includes(await host.hostKeyFingerprint()), stdout);
  });
  it('draws the tree of a machine', async () => {
    await knowHost();
    await host.writeFile('/srv/demo/compose.yml', compose);
    await host.run(['docker', 'compose', '--project-directory', '/srv/demo', 'up', '--detach', '--quiet-pull']);
    await host.run(['docker', 'run', '--detach', '--name', 'stray', 'node:24-bookworm-slim', 'true']);
    const { code, stdout, stderr } = await status(`root@${host.address}`);
    assert.equal(stderr, '');
    assert.match(stdout, /^root@10\.\S+ {2}amd64 · .* · Docker \S+ · .* free · load \d/);
    assert.match(stdout, /├─ demo \/srv\/demo · 1 of 1 running\n│ {2}└─ openclaw-gateway gateway\n/);
    assert.match(stdout, /│ {5}└─ demo-openclaw-gateway-1 {2}Up .* 127\.0\.0\.1:18789→18789\/tcp/);
    assert.match(stdout, /├─ Other containers 1\n│ {2}└─ stray {2}Exited \(0\)/);
    assert.equal(code, 0);
  });
  it('gives the same as JSON, for a host of the SSH config', async () => {
    writeFileSync(join(home, '.ssh', 'config'), `Host claw\n  HostName ${host.address}\n  User root\n`);
    const { code, stdout } = await status('claw', '--format', 'json');
    assert.equal(code, 0);
    const [machine] = JSON.parse(stdout);
    assert.equal(machine.target, 'claw');
    assert.equal(machine.reached, true);
    const [project] = machine.projects;
    assert.equal(project.name, 'demo');
    assert.equal(project.services[0].isGateway, true);
    assert.equal(project.services[0].containers[0].condition, 'running');
    assert.ok(Math.abs(Date.now() - Date.parse(project.services[0].containers[0].createdAt)) < 120_000);
    assert.ok(machine.facts.diskBytes > 0);
    assert.equal(machine.otherContainers[0].exitCode, 0);
  });
  it('is 1 where a service keeps failing', async () => {
    await host.writeFile(
      '/srv/bad/compose.yml',
      compose.replace(/sh -c.*/, 'sh -c "exit 78"').replace('18789:18789', '18790:18789'),
    );
    await host.run(['docker', 'compose', '--project-directory', '/srv/bad', 'up', '--detach', '--quiet-pull']);
    await host.run(['docker', 'wait', 'bad-openclaw-gateway-1']);
    const { code, stdout } = await status('claw');
    assert.match(stdout, /Exited \(78\)/);
    assert.equal(code, 1);
    await host.run(['docker', 'compose', '--project-directory', '/srv/bad', 'down']);
  });
  it('looks at all targets, and says which was not reached', async () => {
    const { code, stdout } = await status('claw', 'root@127.0.0.1:4');
    assert.equal(code, 1);
    assert.match(stdout, /demo-openclaw-gateway-1/);
    assert.match(stdout, /root@127\.0\.0\.1:4 {2}not reached\n├─ .*refused the connection/);
  });
  it('takes a Docker context, and warns where nobody encrypts', async () => {
    const contexts = new DockerConfigFolder(join(home, '.docker'));
    const relay = await relayTo({ path: host.engineSocketFile });
    contexts.write({ name: 'here', host: `unix://${host.engineSocketFile}` });
    contexts.write({ name: 'bare', host: `tcp://127.0.0.1:${relay.port}` });
    contexts.writeFile(contexts.metaFile('half'), '{');
    const { stdout, code } = await status('context:here', 'context:bare');
    assert.match(stdout, /^context:here {2}unix:\/\/\S+ · amd64 · .* · Docker \S+ · .* free/m);
    assert.match(
      stdout,
      /^context:bare {2}tcp:\/\/127\.0\.0\.1:\d+ · amd64 · .* · Docker \S+\n├─ This engine listens without TLS/m,
    );
    assert.equal(stdout.match(/demo-openclaw-gateway-1/g)?.length, 2);
    assert.equal(code, 0);
    const [bare] = JSON.parse((await status('context:bare', '--format', 'json')).stdout);
    assert.equal(bare.way.link.protection, 'none');
    const broken = await status('context:half', 'context:gone');
    assert.equal(broken.code, 1);
    assert.match(broken.stdout, /The Docker context "half" cannot be used: .*meta\.json is not whole/);
    assert.match(broken.stdout, /The Docker context "gone" cannot be used: there is no .*meta\.json/);
    await relay.close();
  });
  it('takes the context "default" for the engine of DOCKER_HOST, whatever context is in force', async () => {
    const contexts = new DockerConfigFolder(join(home, '.docker'));
    contexts.writeConfig({ currentContext: 'half' });
    environment = { DOCKER_HOST: `unix://${host.engineSocketFile}` };
    const { stdout } = await status('context:default');
    environment = {};
    assert.match(stdout, /^context:default {2}unix:\/\/\S+ · amd64 · /m);
    contexts.writeConfig({});
  });
  it('is 2 where a target cannot be read', async () => {
    const { code, stderr } = await status('no such host');
    assert.equal(code, 2);
    assert.match(stderr, /"no such host" is no target/);
    assert.equal((await status('context:a b')).code, 2);
  });
  it('is 2 for a format that does not exist', async () => assert.equal((await status('--format', 'xml')).code, 2));
});
