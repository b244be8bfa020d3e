import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { VmInventory } from '../../src/application/vms/VmInventory.ts';
import { findDrift } from '../../src/core/drift/findDrift.ts';
import { testConnector, vmOf } from '../support/connectTestHost.ts';
import { packageHostName } from '../support/hosts/packageHost.ts';
import { type HostUser, type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

/** An engine that is not the Docker of today with a socket of root's. */
interface OtherEngine {
  readonly user: HostUser;
  readonly version: RegExp;
  readonly program: 'docker' | 'podman';
  /** Run as root; makes the engine listen. */
  readonly start: string;
  /** For the program on the VM. */
  readonly environment: string;
  readonly socket: string;
}

const uid = 1001;
const runtimeFolder = `/run/user/${uid}`;
const asUser = (command: string) => `setsid su nodocker -c 'cd; ${command}' >>/var/log/engine.log 2>&1 </dev/null &`;

const engines: Readonly<Record<string, OtherEngine>> = {
  'rootless Docker': {
    user: 'nodocker',
    version: /^26\./,
    program: 'docker',
    start: asUser(
      `XDG_RUNTIME_DIR=${runtimeFolder} PATH=/usr/sbin:/usr/bin:/sbin:/bin /usr/share/docker.io/contrib/dockerd-rootless.sh ` +
        '--data-root /home/nodocker/engine --storage-driver vfs',
    ),
    environment: `DOCKER_HOST=unix://${runtimeFolder}/docker.sock`,
    socket: `${runtimeFolder}/docker.sock`,
  },
  Podman: {
    user: 'root',
    version: /^5\./,
    program: 'podman',
    start:
      'setsid podman system service --time=0 unix:///run/podman/podman.sock >>/var/log/engine.log 2>&1 </dev/null &',
    environment: 'PODMAN_IGNORE_CGROUPSV1_WARNING=1',
    socket: '/run/podman/podman.sock',
  },
  'rootless Podman': {
    user: 'nodocker',
    version: /^5\./,
    program: 'podman',
    start: asUser(
      `XDG_RUNTIME_DIR=${runtimeFolder} podman system service --time=0 unix://${runtimeFolder}/podman/podman.sock`,
    ),
    environment: `PODMAN_IGNORE_CGROUPSV1_WARNING=1 XDG_RUNTIME_DIR=${runtimeFolder}`,
    socket: `${runtimeFolder}/podman/podman.sock`,
  },
  'Docker 20.10': {
    user: 'root',
    version: /^20\.10\./,
    program: 'docker',
    start: 'host-service start engine',
    environment: 'LANG=C',
    socket: '/run/docker.sock',
  },
};

const aptOptions = '-y -q --no-install-recommends -o Dpkg::Options::=--force-unsafe-io -o Dpkg::Use-Pty=0';

const installs = `
set -e
export DEBIAN_FRONTEND=noninteractive
rm -f /etc/apt/sources.list
printf 'path-exclude=/usr/share/man/*\\npath-exclude=/usr/share/doc/*\\n' >/etc/dpkg/dpkg.cfg.d/lean
echo 'Acquire::Languages "none";' >/etc/apt/apt.conf.d/lean
printf 'Types: deb\\nURIs: http://${packageHostName}/debian\\nSuites: trixie bookworm\\nComponents: main\\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\\n' >/etc/apt/sources.list.d/debian.sources
echo 'APT::Default-Release "trixie";' >>/etc/apt/apt.conf.d/lean
apt-get update -q
apt-get install ${aptOptions} podman rootlesskit slirp4netns uidmap
mkdir -p /etc/containers /run/podman /dev/net
# What lies below is an overlay already.
printf '[storage]\\ndriver = "vfs"\\nrunroot = "/run/containers/storage"\\ngraphroot = "/var/lib/containers/storage"\\n' >/etc/containers/storage.conf
printf '[network]\\ndefault_rootless_network_cmd = "slirp4netns"\\n' >/etc/containers/containers.conf
# Users may mount a /proc of their own only where nothing of theirs is hidden.
umount /proc/meminfo
[ -e /dev/net/tun ] || mknod -m 666 /dev/net/tun c 10 200
install -d -o nodocker -m 700 ${runtimeFolder} ${runtimeFolder}/podman
# A container image of the host's own BusyBox.
root=$(mktemp -d)
cp -L --parents $(ldd /bin/busybox | grep -o '/[^ ]*') "$root"
mkdir -p "$root/bin" "$root/etc" "$root/tmp" "$root/usr/local/bin" "$root/home/node/.openclaw"
cp /bin/busybox "$root/bin"
for applet in sh sleep id chmod rm; do ln -s busybox "$root/bin/$applet"; done
printf 'root:x:0:0::/:/bin/sh\\nnode:x:1000:1000::/home/node:/bin/sh\\n' >"$root/etc/passwd"
echo 13 >"$root/etc/debian_version"
chmod -R a+rX "$root"
tar -C "$root" -cf /srv/image.tar .
`;

const downgrade = `
export DEBIAN_FRONTEND=noninteractive
pkill containerd; while pgrep containerd >/dev/null; do sleep 0.1; done
apt-get install ${aptOptions} --allow-downgrades docker.io/bookworm containerd/bookworm runc/bookworm libdevmapper1.02.1 docker-cli-
rm -rf /var/lib/docker/* /var/lib/containerd/*
`;

/** What the person has running: a gateway of compose's, and a container that has said something and ended. */
const containers = (program: string): string => `
set -e
${program} import --change 'ENV PATH=/usr/local/bin:/bin' /srv/image.tar localhost/small:1 >/dev/null
mkdir -p "$HOME/state"
${program} run --detach --name app-openclaw-gateway-1 --env 'A=b=c' --volume "$HOME/state:/home/node/.openclaw:ro" \\
  --label com.docker.compose.project=app --label com.docker.compose.service=openclaw-gateway \\
  --label com.docker.compose.project.working_dir=/srv/app --label com.docker.compose.project.config_files=/srv/app/compose.yaml \\
  localhost/small:1 sh -c 'trap "exit 0" TERM; while :; do sleep 0.2; done' >/dev/null
${program} run --name talker localhost/small:1 sh -c 'echo out; echo err >&2; printf "no line end"; exit 3' >/dev/null 2>&1 || :
`;

describe('the engine of a VM that is', () => {
  const hosts = withTestHosts(['vm1'], { images: [], releaseHost: true });
  const { connector, remove } = testConnector();
  let host: TestHost;

  before(async () => {
    await hosts.up();
    host = hosts.get('vm1');
    await host.run(['bash', '-s'], { input: installs });
    await host.stopEngine();
  });
  after(async () => {
    await hosts.down();
    remove();
  });

  for (const [name, { user, version, program, start, environment, socket }] of Object.entries(engines)) {
    it(`${name} is found, shown, used and followed`, async () => {
      if (name === 'Docker 20.10') await host.run(['bash', '-s'], { input: downgrade });
      await host.run(['bash', '-s'], { input: start });
      const onVm = async (script: string) =>
        await host.run(['env', ...environment.split(' '), 'bash', '-s'], { user, input: script });
      for (let tries = 0; ; tries += 1) {
        const answer = await host.ssh(['curl', '-fsS', '--unix-socket', socket, 'http://engine/_ping'], { user });
        if (answer.exitCode === 0) break;
        if (tries > 100)
          assert.fail(`${answer.stderr}\n${await host.run(['tail', '-n', '40', '/var/log/engine.log'])}`);
        await delay(200);
      }
      await onVm(containers(program));

      const inventory = new VmInventory({
        connector,
        vms: [vmOf(host, user)],
        hostKeys: async () => 'trustAndRemember',
        log: () => {},
      });
      try {
        inventory.setVisible(true);
        const machine = await inventory.machine('vm:vm1');
        assert.match((await machine.engine.info()).version, version);
        await shows(inventory, 'app-openclaw-gateway-1 running, talker exited');
        const state = inventory.entry('vm:vm1')?.state;
        assert.ok(state?.kind === 'connected');
        assert.deepEqual(
          state.view.projects.map((project) => [project.name, project.workingDirectory, project.services[0]?.name]),
          [['app', '/srv/app', 'openclaw-gateway']],
        );
        await looksInside(machine);
        await changes(machine, inventory);
      } finally {
        inventory.dispose();
        await host.run(['pkill', program === 'podman' ? 'podman' : 'dockerd']);
        await host.run(['rm', '-f', socket]);
      }
    });
  }
});

async function looksInside({ engine }: Machine): Promise<void> {
  const [gateway, talker] = (await engine.listContainers()).toSorted((a, b) => a.name.localeCompare(b.name));
  assert.ok(gateway !== undefined && talker !== undefined);
  assert.match(talker.status, /^Exited \(3\)/);
  assert.deepEqual(
    (await engine.listContainersById([gateway.id, 'f'.repeat(64)])).map(({ id }) => id),
    [gateway.id],
  );

  const details = await engine.inspectContainer(gateway.id);
  assert.equal(details.environment.get('A'), 'b=c');
  assert.deepEqual(
    details.mounts.map(({ kind, target, readOnly }) => [kind, target, readOnly]),
    [['bind', '/home/node/.openclaw', true]],
  );
  assert.equal((await engine.inspectContainer(talker.id)).exitCode, 3);
  await assert.rejects(engine.inspectContainer('no-such-container'), /no such container/i);

  const script = 'printf "%s|" "$@"; echo oops >&2; exit 4';
  assert.deepEqual(await engine.execInContainer(gateway.id, ['sh', '-c', script, 'sh', 'a b', "it's", '$(id)', '']), {
    exitCode: 4,
    stdout: "a b|it's|$(id)||",
    stderr: 'oops\n',
  });
  assert.equal((await engine.execInContainer(gateway.id, ['id', '-un'], { user: 'node' })).stdout, 'node\n');
  const missing = await engine.execInContainer(gateway.id, ['no-such-program']);
  assert.ok(missing.exitCode === 126 || missing.exitCode === 127, String(missing.exitCode));

  const lines: Record<string, string[]> = { stdout: [], stderr: [] };
  for await (const chunk of engine.logs(talker.id, { follow: false })) lines[chunk.stream]?.push(...chunk.lines);
  assert.deepEqual(lines, { stdout: ['out', 'no line end'], stderr: ['err'] });

  const mounts = details.mounts.map(({ target }) => target);
  assert.deepEqual(findDrift(await engine.listChanges(gateway.id), mounts), []);
  const install = 'echo x >/usr/local/bin/gog; chmod 755 /usr/local/bin/gog; rm /etc/debian_version';
  await engine.execInContainer(gateway.id, ['sh', '-c', install]);
  assert.deepEqual(
    findDrift(await engine.listChanges(gateway.id), mounts).map(({ what, kind, label }) => [what, kind, label]),
    [
      ['program', 'added', 'gog'],
      ['file', 'deleted', '/etc/debian_version'],
    ],
  );

  assert.deepEqual(
    (await engine.listImages()).flatMap(({ tags }) => tags),
    ['localhost/small:1'],
  );
  assert.ok((await engine.listNetworks()).length > 0);
}

/** Each change is seen by its events: nothing asks again. */
async function changes({ engine }: Machine, inventory: VmInventory): Promise<void> {
  const idOf = async (name: string) => (await engine.listContainers()).find((one) => one.name === name)?.id ?? '';
  const gateway = await idOf('app-openclaw-gateway-1');
  await engine.stopContainer(gateway);
  await shows(inventory, 'app-openclaw-gateway-1 exited, talker exited');
  await engine.stopContainer(gateway);
  await engine.startContainer(gateway);
  await shows(inventory, 'app-openclaw-gateway-1 running, talker exited');
  await engine.startContainer(gateway);
  const startedAt = (await engine.inspectContainer(gateway)).startedAt;
  await engine.restartContainer(gateway);
  assert.notEqual((await engine.inspectContainer(gateway)).startedAt, startedAt);
  await engine.removeContainer(await idOf('talker'));
  await shows(inventory, 'app-openclaw-gateway-1 running');
  await engine.removeContainer(gateway);
  await shows(inventory, '');
}

async function shows(inventory: VmInventory, wanted: string): Promise<void> {
  const shown = (): string => {
    const state = inventory.entry('vm:vm1')?.state;
    if (state?.kind !== 'connected') return `(${state?.kind})`;
    const { projects, otherContainers } = state.view;
    return [...projects.flatMap(({ services }) => services.flatMap(({ containers: own }) => own)), ...otherContainers]
      .map((container) => `${container.name} ${container.state}`)
      .sort()
      .join(', ');
  };
  for (let tries = 0; shown() !== wanted && tries < 200; tries += 1) await delay(50);
  assert.equal(shown(), wanted);
}
