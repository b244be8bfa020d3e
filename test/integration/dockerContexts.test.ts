import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createMachineConnector } from '../../src/adapters/createMachineConnector.ts';
import { localListener } from '../../src/adapters/local/localListener.ts';
import { ConnectionError } from '../../src/application/ConnectionError.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import type { MachineConnector } from '../../src/application/ports/MachineConnector.ts';
import { reachPort } from '../../src/application/tunnels/reachPort.ts';
import { Tunnels } from '../../src/application/tunnels/Tunnels.ts';
import { VmInventory } from '../../src/application/vms/VmInventory.ts';
import { DockerConfigFolder } from '../support/dockerConfigFolder.ts';
import { type Certificate, EngineAuthority } from '../support/engineCertificates.ts';
import { run, waitFor } from '../support/hosts/run.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { type HttpProxy, startHttpProxy } from '../support/httpProxy.ts';
import { type Relay, relayTo, serveOverTls, tlsPort } from '../support/tlsEngine.ts';

const image = 'node:24-bookworm-slim';

/** What Docker contexts lead to: a real engine with `tlsverify`, contexts as the docker CLI writes them. */
describe('Docker contexts', () => {
  const hosts = withTestHosts(['vm1'], { images: ['node'] });
  const config = new DockerConfigFolder();
  const inherited = { config: process.env['DOCKER_CONFIG'], host: process.env['DOCKER_HOST'] };
  const made = join(config.path, 'made');
  let host: TestHost;
  let address: string;
  let connector: MachineConnector;
  let authority: EngineAuthority;
  let stranger: EngineAuthority;
  let server: Certificate;
  let client: Certificate;
  let expired: { readonly server: Certificate; readonly client: Certificate };

  before(async () => {
    await hosts.up();
    host = hosts.get('vm1');
    address = `tcp://${host.address}:${tlsPort}`;
    process.env['DOCKER_CONFIG'] = config.path;
    // It would win over every context.
    process.env['DOCKER_HOST'] = 'unix:///nowhere.sock';
    connector = createMachineConnector({
      knownHosts: { user: join(config.path, 'known_hosts'), others: [] },
      agentSocket: null,
      defaultKeyFiles: [host.keyFile],
    });
    authority = await EngineAuthority.create(made, 'authority');
    stranger = await EngineAuthority.create(made, 'stranger');
    const names = { commonName: 'engine', altNames: [`IP:${host.address}`, 'DNS:vm1.example.org'] };
    server = await authority.issue({ ...names, usage: 'serverAuth' });
    client = await authority.issue({ commonName: 'me', usage: 'clientAuth' });
    expired = {
      server: await authority.issue({ ...names, usage: 'serverAuth', isExpired: true }),
      client: await authority.issue({ commonName: 'me', usage: 'clientAuth', isExpired: true }),
    };
    await serveOverTls(host, authority, server);
  });
  after(async () => {
    await hosts.down();
    config.remove();
    restore('DOCKER_CONFIG', inherited.config);
    restore('DOCKER_HOST', inherited.host);
  });

  const trusted = () => ({ ca: authority.certificate, ...client });
  const connect = (context: string): Promise<Machine> =>
    connector.connectVm({ name: context, context }, async () => 'trustAndRemember');

  async function using<Value>(context: string, action: (machine: Machine) => Promise<Value>): Promise<Value> {
    const machine = await connect(context);
    try {
      return await action(machine);
    } finally {
      await machine.close();
    }
  }

  async function failure(context: string): Promise<ConnectionError> {
    const error = await connect(context).then(
      (machine) => machine.close().then(() => undefined),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ConnectionError, `"${context}" was reached`);
    assert.notEqual(error.remedy, '');
    return error;
  }

  describe('made by the docker CLI itself', () => {
    const docker = (...args: readonly string[]): Promise<string> =>
      run(hosts.dockerClient().program, args, { env: { DOCKER_CONFIG: config.path, DOCKER_HOST: '' } });

    it('are those that the tests write', async () => {
      for (const [name, pem] of Object.entries(trusted())) writeFileSync(join(made, `${name}.pem`), pem);
      const files = ['ca', 'cert', 'key'].map((name) => `${name}=${join(made, name)}.pem`);
      const endpoint = [`host=${address}`, ...files].join(',');
      await docker('context', 'create', 'from-cli', '--description', 'with TLS', '--docker', endpoint);
      const written = readFileSync(config.metaFile('from-cli'), 'utf8');
      const pems = ['ca', 'cert', 'key'].map((name) =>
        readFileSync(join(config.tlsFolder('from-cli'), `${name}.pem`), 'utf8'),
      );
      assert.deepEqual(pems, [authority.certificate, client.cert, client.key]);
      config.write({ name: 'from-cli', host: address, description: 'with TLS', tls: trusted() });
      assert.deepEqual(JSON.parse(readFileSync(config.metaFile('from-cli'), 'utf8')), JSON.parse(written));
    });

    it('lead to the engine that the docker CLI shows', async () => {
      const version = await docker('--context', 'from-cli', 'version', '--format', '{{.Server.Version}}');
      const info = await using('from-cli', ({ engine }) => engine.info());
      assert.equal(info.version, version.trim());
    });

    it('lead over SSH to the socket in their path', async () => {
      const way = `ssh://deploy@${host.address}/run/second/docker.sock`;
      await docker('context', 'create', 'over-ssh', '--docker', `host=${way}`);
      await host.console(['chgrp', 'docker', '/run/second/docker.sock']);
      await host.console(['chmod', '660', '/run/second/docker.sock']);
      await using('over-ssh', async (machine) => {
        assert.deepEqual(machine.way, { place: 'ssh', address: way });
        assert.ok((await machine.engine.info()).memoryBytes > 0);
        const environment = machine.commands.run(['printenv', 'DOCKER_HOST']);
        const lines: string[] = [];
        for await (const line of environment.lines) lines.push(line.text);
        assert.deepEqual(lines, ['unix:///run/second/docker.sock']);
        const used = machine.commands.run(['docker', 'ps', '--quiet']);
        for await (const line of used.lines) assert.fail(line.text);
        assert.equal((await used.exit).code, 0);
        assert.notEqual((await machine.facts()).diskBytes, undefined);
      });
    });

    it('lead over SSH to no other socket than the one in their path', async () => {
      config.write({ name: 'no-socket', host: `ssh://root@${host.address}/run/third.sock` });
      assert.match((await failure('no-socket')).message, /does not answer at \/run\/third\.sock/);
    });

    it('lead to a socket of this machine, for its programs too', async () => {
      await docker('context', 'create', 'here', '--docker', `host=unix://${host.engineSocketFile}`);
      await using('here', async (machine) => {
        assert.equal(machine.way.place, 'here');
        const { program } = hosts.dockerClient();
        const command = machine.commands.run([program, 'info', '--format', '{{.Name}}']);
        const lines: string[] = [];
        for await (const line of command.lines) lines.push(line.text);
        assert.deepEqual(lines, ['vm1']);
        assert.equal((await machine.engine.info()).memoryBytes > 0, true);
      });
    });
  });

  it('are not needed where DOCKER_HOST and its fellows name the engine', async () => {
    for (const [name, pem] of Object.entries(trusted())) writeFileSync(join(made, `${name}.pem`), pem);
    const variables = { DOCKER_HOST: `tcp://${host.address}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: made };
    const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, variables);
    try {
      const machine = await connector.connectLocal();
      const link = { host: host.address, protection: 'tls' };
      assert.deepEqual(machine.way, { place: 'here', address, link });
      assert.ok((await machine.engine.info()).cpus > 0);
      await machine.close();
    } finally {
      for (const [name, value] of before) restore(name, value);
    }
  });

  describe('over TLS', () => {
    before(() => config.write({ name: 'good', host: address, tls: trusted() }));

    it('lead to an engine alone, and say so', async () => {
      await using('good', async (machine) => {
        const link = { host: host.address, protection: 'tls' };
        assert.deepEqual(machine.way, { place: 'engineOnly', address, link });
        const info = await machine.engine.info();
        assert.ok(info.memoryBytes > 0 && info.cpus > 0 && /Debian/.test(info.operatingSystem), JSON.stringify(info));
        assert.deepEqual(await machine.facts(), {});
        const command = machine.commands.run(['docker', 'compose', 'up']);
        for await (const line of command.lines) assert.fail(line.text);
        await assert.rejects(command.exit, (error: ConnectionError) => {
          assert.match(error.message, /through its Docker Engine alone.*"docker" cannot be run there/);
          assert.match(error.remedy, /over SSH/);
          return true;
        });
        await assert.rejects(machine.files.readText('/etc/hosts'), /"\/etc\/hosts" cannot be reached/);
      });
    });

    it('do with containers what is done over SSH', async () => {
      await using('good', async ({ engine }) => {
        const script = 'echo out; echo err >&2; trap "exit 3" TERM; sleep infinity & wait';
        await host.run(['docker', 'run', '--detach', '--name', 'worker', image, 'bash', '-c', script]);
        const worker = (await engine.listContainers()).find(({ name }) => name === 'worker');
        assert.ok(worker !== undefined);
        assert.equal(worker.state, 'running');
        const exec = await engine.execInContainer(worker.id, ['sh', '-c', 'echo "$0"; echo no >&2; exit 7', 'a b']);
        assert.deepEqual(exec, { exitCode: 7, stdout: 'a b\n', stderr: 'no\n' });
        const lines: string[] = [];
        for await (const chunk of engine.logs(worker.id, { follow: false }))
          lines.push(...chunk.lines.map((line) => `${chunk.stream} ${line}`));
        assert.deepEqual(lines.sort(), ['stderr err', 'stdout out']);

        const terminal = await engine.openTerminal(worker.id, ['sh'], { columns: 101, rows: 33 });
        terminal.write('stty size; exit 5\n');
        assert.match(await text(terminal.output), /33 101/);
        assert.equal((await terminal.exit).code, 5);

        await engine.stopContainer(worker.id);
        assert.equal((await engine.inspectContainer(worker.id)).exitCode, 3);
        await engine.startContainer(worker.id);
        await engine.restartContainer(worker.id);
        assert.equal((await engine.inspectContainer(worker.id)).state, 'running');
        assert.ok((await engine.listImages()).length > 0 && (await engine.listNetworks()).length > 0);
        await engine.removeContainer(worker.id);
        assert.equal((await host.run(['docker', 'ps', '--all', '--quiet'])).trim(), '');
      });
    });

    it('answer 50 calls at once', async () => {
      const lists = await using('good', ({ engine }) =>
        Promise.all(Array.from({ length: 50 }, () => engine.listContainers())),
      );
      assert.equal(lists.length, 50);
    });

    it('open what is published to the network, and explain what is not', async () => {
      const serve = "require('http').createServer((_, answer) => answer.end('hello')).listen(80)";
      const ports = ['--publish', '8080:80', '--publish', '127.0.0.1:8081:81'];
      await host.run(['docker', 'run', '--detach', '--name', 'web', ...ports, image, 'node', '-e', serve]);
      await using('good', async (machine) => {
        const details = await machine.engine.inspectContainer('web');
        await waitFor('the page', () =>
          fetch(`http://${host.address}:8080/`).then(
            () => true,
            () => undefined,
          ),
        );
        const tunnels = new Tunnels({ listener: localListener, machine: async () => machine, log: () => {} });
        const place = reachPort(details, 80, 'The port 80', machine.way);
        const tunnel = await tunnels.open({ machineId: 'vm:good', ...place, label: 'web' });
        assert.equal(await (await fetch(`http://127.0.0.1:${tunnel.localPort}/`)).text(), 'hello');
        tunnels.dispose();
        assert.throws(
          () => reachPort(details, 81, 'The port 81', machine.way),
          /published on 127\.0\.0\.1:8081 of the engine's machine alone/,
        );
        await machine.engine.removeContainer('web');
      });
    });

    it('are named where they skip the check of the certificate', async () => {
      config.write({ name: 'trusting', host: address, skipTlsVerify: true, tls: client });
      const link = await using('trusting', async (machine) => machine.way.link);
      assert.equal(link?.protection, 'tlsUnverified');
    });
  });

  describe('that do not lead to an engine say why, and what to do', () => {
    let relay: Relay;
    let plain: Relay;
    before(async () => {
      relay = await relayTo({ host: host.address, port: tlsPort });
      plain = await relayTo({ path: host.engineSocketFile });
    });
    after(async () => {
      await relay?.close();
      await plain?.close();
    });

    const expected: readonly (readonly [
      string,
      ConnectionError['problem'],
      RegExp,
      () => Parameters<DockerConfigFolder['write']>[0],
    ])[] = [
      [
        'an authority that is not theirs',
        'tlsFailed',
        /^The certificate of tcp:\/\/.* is signed by an authority that the Docker context ".*" does not trust\.$/,
        () => ({ name: 'case', host: address, tls: { ...client, ca: stranger.certificate } }),
      ],
      [
        'an authority that this machine does not know',
        'tlsFailed',
        /signed by an authority that the Docker context/,
        () => ({ name: 'case', host: address, tls: { ...client } }),
      ],
      [
        'another name',
        'tlsFailed',
        /^The certificate of tcp:\/\/127\.0\.0\.1:\d+ is for 10\.[\d.]+, vm1\.example\.org, not for "127\.0\.0\.1"\.$/,
        () => ({ name: 'case', host: `tcp://127.0.0.1:${relay.port}`, tls: trusted() }),
      ],
      [
        'no client certificate',
        'tlsFailed',
        /asks for a client certificate, and the Docker context "case" has none\.$/,
        () => ({ name: 'case', host: address, tls: { ca: authority.certificate } }),
      ],
      [
        'a client certificate of somebody else',
        'tlsFailed',
        /refused the client certificate of the Docker context "case"\.$/,
        () => ({ name: 'case', host: address, tls: { ca: authority.certificate, ...strangerClient } }),
      ],
      [
        'a client certificate that has expired',
        'tlsFailed',
        /refused the client certificate/,
        () => ({ name: 'case', host: address, tls: { ca: authority.certificate, ...expired.client } }),
      ],
      [
        'a key that does not fit',
        'tlsFailed',
        /cannot be used: in .*\/contexts\/tls\/[0-9a-f]{64}\/docker, ca\.pem, cert\.pem and key\.pem are not whole/,
        () => ({ name: 'case', host: address, tls: { ...trusted(), key: strangerClient.key } }),
      ],
      [
        'a ca.pem that is cut off',
        'tlsFailed',
        /ca\.pem holds no certificate/,
        () => ({ name: 'case', host: address, tls: { ...trusted(), ca: authority.certificate.slice(0, 200) } }),
      ],
      [
        'nothing that listens',
        'refused',
        /refused the connection: no Docker Engine listens there\.$/,
        () => ({ name: 'case', host: `tcp://${host.address}:2377`, tls: trusted() }),
      ],
      [
        'a name that nobody knows',
        'nameNotResolved',
        /^The name "no-such-vm\.invalid" could not be resolved/,
        () => ({ name: 'case', host: 'tcp://no-such-vm.invalid:2376', tls: trusted() }),
      ],
      [
        'TLS where plain HTTP is spoken',
        'tlsFailed',
        /does not speak TLS, and the Docker context "case" asks for it\.$/,
        () => ({ name: 'case', host: `tcp://127.0.0.1:${plain.port}`, tls: trusted() }),
      ],
      [
        'plain HTTP where TLS is spoken',
        'tlsFailed',
        /speaks TLS only, and the Docker context "case" has no certificates\.$/,
        () => ({ name: 'case', host: address }),
      ],
      [
        'something else that listens',
        'other',
        /^What answers at tcp:\/\/.*:22 is no Docker Engine\.$/,
        () => ({ name: 'case', host: `tcp://${host.address}:22` }),
      ],
      [
        'an address that is none',
        'other',
        /^The Docker context "case" cannot be used: "fd:\/\/3" is no address/,
        () => ({ name: 'case', host: 'fd://3' }),
      ],
    ];
    let strangerClient: Certificate;
    before(async () => {
      strangerClient = await stranger.issue({ commonName: 'somebody', usage: 'clientAuth' });
    });
    for (const [what, problem, message, context] of expected) {
      it(what, async () => {
        config.forget('case');
        config.write(context());
        const error = await failure('case');
        assert.match(error.message, message);
        assert.equal(error.problem, problem);
      });
    }

    it('an engine behind a proxy that answers HTML', async () => {
      const web = createServer((_, answer) => void answer.writeHead(502).end('<html>Bad Gateway</html>'));
      await new Promise<void>((resolve) => {
        web.listen(0, '127.0.0.1', resolve);
      });
      const bound = web.address();
      config.write({ name: 'html', host: `tcp://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}` });
      assert.match((await failure('html')).message, /does not answer as a Docker Engine does \(HTTP 502\)/);
      web.close();
    });

    it('a file that is half-written, with its path', async () => {
      config.writeFile(config.metaFile('half'), '{"Name":"half"');
      assert.ok((await failure('half')).message.includes(`${config.metaFile('half')} is not whole`));
    });

    it('plain TCP is served as the docker CLI serves it, and marked', async () => {
      config.write({ name: 'plain', host: `tcp://127.0.0.1:${plain.port}` });
      await using('plain', async ({ engine, way }) => {
        assert.equal(way.link?.protection, 'none');
        assert.ok((await engine.info()).cpus > 0);
      });
    });
  });

  describe('through a proxy', () => {
    let proxy: HttpProxy;
    let plain: Relay;
    let plainAddress: string;
    const login = 'me:p@ss';
    const inEnvironment = async <Value>(name: string, value: string, action: () => Promise<Value>): Promise<Value> => {
      const before = process.env[name];
      process.env[name] = value;
      try {
        return await action();
      } finally {
        restore(name, before);
      }
    };
    const listed = ({ engine }: Machine): Promise<unknown> => engine.listContainers();
    const docker = (context: string, env: Readonly<Record<string, string>>): Promise<string> =>
      run(hosts.dockerClient().program, ['--context', context, 'ps'], {
        env: { DOCKER_CONFIG: config.path, DOCKER_HOST: '', ...env },
      });

    const outside = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']
      .flatMap((name) => [name, name.toLowerCase()])
      .map((name) => [name, process.env[name]] as const);
    before(async () => {
      for (const [name] of outside) delete process.env[name];
      proxy = await startHttpProxy(login);
      // The proxy is asked for nothing on 127.0.0.1.
      const machine = host.address.replace(/\d+$/, '1');
      plain = await relayTo({ path: host.engineSocketFile }, machine);
      plainAddress = `${machine}:${plain.port}`;
      config.write({ name: 'proxied', host: address, tls: trusted() });
      config.write({ name: 'proxied-plain', host: `tcp://${plainAddress}` });
    });
    beforeEach(() => proxy.asked.splice(0));
    after(async () => {
      for (const [name, value] of outside) restore(name, value);
      proxy?.close();
      await plain?.close();
    });

    it('of HTTPS_PROXY are reached, their certificate checked as before', async () => {
      const url = `http://me:p%40ss@127.0.0.1:${proxy.port}`;
      await inEnvironment('HTTPS_PROXY', url, () => using('proxied', listed));
      const [first] = proxy.asked.splice(0);
      await docker('proxied', { HTTPS_PROXY: url });
      assert.deepEqual([first, proxy.asked[0]], Array(2).fill(`CONNECT ${host.address}:${tlsPort}`));
      config.write({ name: 'case', host: address, tls: { ...client, ca: stranger.certificate } });
      const error = await inEnvironment('HTTPS_PROXY', url, () => failure('case'));
      assert.match(error.message, /signed by an authority that/);
    });

    it('of HTTP_PROXY are asked for by their whole address where there is no TLS', async () => {
      const url = `me:p%40ss@127.0.0.1:${proxy.port}`;
      await inEnvironment('HTTP_PROXY', `http://${url}`, () =>
        using('proxied-plain', async ({ engine }) => {
          const abort = new AbortController();
          const id = (await host.run(['docker', 'create', image])).trim();
          let removed: Promise<void> | undefined;
          const events = engine.events(abort.signal, () => {
            removed = engine.removeContainer(id);
          });
          for await (const { action } of events) if (action === 'destroy') abort.abort();
          // The engine tells of it a moment before it answers.
          await removed;
        }),
      );
      const asked = proxy.asked.splice(0);
      assert.equal(asked[0], `GET http://${plainAddress}/_ping`);
      assert.ok(
        asked.every((one) => one.split(' ')[1]?.startsWith(`http://${plainAddress}/`)),
        asked.join('\n'),
      );
      await docker('proxied-plain', { HTTP_PROXY: `http://${url}` });
      assert.equal(proxy.asked[0], `HEAD http://${plainAddress}/_ping`);
    });

    it('are reached without it where NO_PROXY names them', async () => {
      await inEnvironment('NO_PROXY', `${host.address}/24`, () =>
        inEnvironment('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`, () => using('proxied', listed)),
      );
      assert.deepEqual(proxy.asked, []);
    });

    it('that is one of SOCKS are reached over it', async () => {
      const { port, close } = await relayTo({ host: '127.0.0.1', port: 9 });
      await close();
      const dynamic = ['-F', host.sshConfigFile, '-N', '-D', `127.0.0.1:${port}`, host.name];
      const ssh = spawn('ssh', dynamic, { stdio: 'ignore' });
      try {
        const url = `socks5://127.0.0.1:${port}`;
        await waitFor('the SOCKS proxy', () =>
          inEnvironment('HTTPS_PROXY', url, () => using('proxied', listed)).then(
            () => true,
            () => undefined,
          ),
        );
        await inEnvironment('HTTP_PROXY', url, () => using('proxied-plain', listed));
      } finally {
        ssh.kill();
      }
    });

    for (const [what, url, message] of [
      [
        'refuses the login',
        'http://127.0.0.1:PORT',
        /proxy http:\/\/127\.0\.0\.1:\d+ \(HTTPS_PROXY\), which does not let us through: HTTP 407/,
      ],
      [
        'is not there',
        'http://me:secret@127.0.0.1:1',
        /proxy http:\/\/127\.0\.0\.1:1 \(HTTPS_PROXY\), which cannot be used: ECONNREFUSED\.$/,
      ],
      ['speaks another protocol', 'socks5://127.0.0.1:PORT', /does not let us through: .*invalid socks version/],
      ['is no address', 'http://', /HTTPS_PROXY holds no address of a proxy/],
    ] as const) {
      it(`that ${what} is named`, async () => {
        const written = url.replace('PORT', String(proxy.port));
        const error = await inEnvironment('HTTPS_PROXY', written, () => failure('proxied'));
        assert.match(error.message, message);
        assert.doesNotMatch(error.message + error.remedy, /secret/);
      });
    }
  });

  describe('in the sidebar', () => {
    let inventory: VmInventory;
    before(() => {
      config.write({ name: 'good', host: address, tls: trusted() });
      inventory = new VmInventory({
        connector,
        vms: [{ name: 'good', context: 'good' }],
        hostKeys: async () => 'refuse',
        log: () => {},
      });
      inventory.setVisible(true);
    });
    after(() => inventory?.dispose());

    const state = () => inventory.entry('vm:good')?.state;
    const becomes = async (kind: string, names: string | undefined, withinMs: number): Promise<number> => {
      const start = performance.now();
      await waitFor(
        `${kind} (${names})`,
        () => {
          const now = state();
          const shown = now?.kind === 'connected' || now?.kind === 'stale' ? now.view.otherContainers : [];
          const isSo =
            names === undefined || shown.map((container) => `${container.name} ${container.state}`).join() === names;
          return now?.kind === kind && isSo ? true : undefined;
        },
        withinMs,
      );
      return performance.now() - start;
    };

    it('show what happens there, by events', async () => {
      await becomes('connected', '', 10_000);
      await host.run(['docker', 'create', '--name', 'first', image, 'true']);
      await becomes('connected', 'first created', 3000);
      await host.run(['docker', 'rename', 'first', 'second']);
      await becomes('connected', 'second created', 3000);
    });

    it('are stale while the engine is away, and true within three seconds of its return', async (test) => {
      await host.stopEngine();
      await becomes('stale', 'second created', 10_000);
      const shown = state();
      assert.ok(shown?.kind === 'stale' && shown.error.problem === 'refused', JSON.stringify(shown));
      await host.startEngine();
      test.diagnostic(`true after ${(await becomes('connected', 'second created', 3000)).toFixed(0)} ms`);
    });

    it('are stale after a cut without a word, and true within three seconds of its end', async (test) => {
      host.cut();
      test.diagnostic(`noticed after ${(await becomes('stale', undefined, 20_000)).toFixed(0)} ms`);
      // Without this process's own DOCKER_HOST.
      await host
        .console(['env', '-u', 'DOCKER_HOST', 'docker', 'rename', 'second', 'third'])
        .finally(() => host.heal());
      test.diagnostic(`true after ${(await becomes('connected', 'third created', 3000)).toFixed(0)} ms`);
    });

    it('take new certificates without a restart of anything here', async () => {
      const authorityOfToday = await EngineAuthority.create(made, 'renewed');
      const altNames = [`IP:${host.address}`];
      const renewed = await authorityOfToday.issue({ commonName: 'engine', altNames, usage: 'serverAuth' });
      await serveOverTls(host, authorityOfToday, renewed);
      await waitFor('the refusal', () => {
        const now = state();
        return now?.kind === 'stale' && now.error.problem === 'tlsFailed' ? true : undefined;
      });
      const mine = await authorityOfToday.issue({ commonName: 'me', usage: 'clientAuth' });
      config.write({ name: 'good', host: address, tls: { ca: authorityOfToday.certificate, ...mine } });
      await inventory.retry('vm:good');
      assert.equal(state()?.kind, 'connected');
      await serveOverTls(host, authority, server);
      config.write({ name: 'good', host: address, tls: trusted() });
      await waitFor('the engine of before', async () => {
        // An attempt that began before may still have the other certificates.
        await inventory.retry('vm:good');
        return state()?.kind === 'connected' ? true : undefined;
      });
    });

    it('leave no connection behind', async () => {
      inventory.dispose();
      await waitFor('the last connection', async () => {
        const output = await host.console([
          'ss',
          '--tcp',
          '--no-header',
          'state',
          'established',
          `( sport = :${tlsPort} )`,
        ]);
        return output.trim() === '' ? true : undefined;
      });
    });
  });

  describe('whose engine has an expired certificate', () => {
    before(() => serveOverTls(host, authority, expired.server));
    it('say since when', async () => {
      config.write({ name: 'good', host: address, tls: trusted() });
      const error = await failure('good');
      assert.match(error.message, /^A certificate of tcp:\/\/.* has expired/);
      assert.equal(error.problem, 'tlsFailed');
    });
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
