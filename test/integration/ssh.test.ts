import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { VmConnectionSettings } from '../../src/adapters/ssh/connectVmMachine.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import type { HostKeyDecision, UnknownHostKey } from '../../src/application/ports/MachineConnector.ts';
import type { Vm } from '../../src/core/vm/Vm.ts';
import { createMachineConnector } from '../../src/vmAdapters.ts';
import { type HostUser, type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { promptsWith } from '../support/promptsWith.ts';

const hosts = withTestHosts(['vm1'], { images: [] });
const folder = mkdtempSync(join(tmpdir(), 'ssh-suite-'));
const machines: Machine[] = [];
let host: TestHost;

before(async () => {
  await hosts.up();
  host = hosts.get('vm1');
});
afterEach(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.close()));
});
after(async () => {
  await hosts.down();
  rmSync(folder, { recursive: true });
});

interface Attempt {
  readonly user?: HostUser;
  readonly identityFile?: string | null;
  readonly knownHostsFile?: string;
  readonly decide?: HostKeyDecision;
  readonly settings?: VmConnectionSettings;
  readonly create?: typeof createMachineConnector;
}

/** Connects as the product does, but with files of this suite instead of the person's. */
async function connect(attempt: Attempt = {}): Promise<Machine> {
  const connector = (attempt.create ?? createMachineConnector)({
    knownHosts: { user: attempt.knownHostsFile ?? join(folder, 'known_hosts'), others: [] },
    agentSocket: null,
    defaultKeyFiles: [],
    sshConfigFiles: { user: join(folder, 'no-config'), system: join(folder, 'no-config') },
    ...attempt.settings,
  });
  const identityFile = attempt.identityFile === undefined ? host.keyFile : attempt.identityFile;
  const vm: Vm = {
    name: 'vm1',
    host: host.address,
    port: 22,
    user: attempt.user ?? 'root',
    ...(identityFile === null ? {} : { identityFile }),
  };
  const machine = await connector.connectVm(vm, attempt.decide ?? (async () => 'trustAndRemember'));
  machines.push(machine);
  return machine;
}

async function linesOf(machine: Machine, argv: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
  const command = machine.commands.run(argv, signal === undefined ? {} : { signal });
  const lines: string[] = [];
  for await (const { text } of command.lines) lines.push(text);
  await command.exit;
  return lines;
}

async function withSshdSetting(lines: string, action: () => Promise<void>): Promise<void> {
  const file = '/etc/ssh/sshd_config.d/00-suite.conf';
  await host.writeFile(file, lines);
  const restart = async (): Promise<void> => {
    await host.killSshd();
    await host.startSshd();
  };
  await restart();
  try {
    await action();
  } finally {
    await host.console(['rm', file]);
    await restart();
  }
}

describe('host keys', () => {
  it('asks for an unknown key with the fingerprint that the host prints, remembers it, and asks no more', async () => {
    const knownHostsFile = join(folder, 'fresh', 'known_hosts');
    const asked: UnknownHostKey[] = [];
    const decide: HostKeyDecision = async (key) => {
      asked.push(key);
      return 'trustAndRemember';
    };
    await connect({ knownHostsFile, decide });
    await connect({ knownHostsFile, decide });
    assert.deepEqual(asked, [
      {
        host: host.address,
        port: 22,
        keyType: 'ssh-ed25519',
        fingerprint: await host.hostKeyFingerprint(),
        knownHostsFile,
      },
    ]);
    // ssh itself takes what was remembered.
    const options = [
      '-F',
      'none',
      '-o',
      `UserKnownHostsFile=${knownHostsFile}`,
      '-o',
      'StrictHostKeyChecking=yes',
      '-o',
      'BatchMode=yes',
    ];
    assert.equal(
      execFileSync('ssh', [...options, '-i', host.keyFile, `root@${host.address}`, 'id', '-un'], { encoding: 'utf8' }),
      'root\n',
    );
  });
  it('takes what ssh has remembered, hashed names and other key types too', async () => {
    const knownHostsFile = join(folder, 'by_ssh');
    const options = [
      '-F',
      'none',
      '-o',
      `UserKnownHostsFile=${knownHostsFile}`,
      '-o',
      'StrictHostKeyChecking=accept-new',
      '-o',
      'HashKnownHosts=yes',
      '-o',
      'HostKeyAlgorithms=ecdsa-sha2-nistp256',
    ];
    execFileSync('ssh', [...options, '-i', host.keyFile, `root@${host.address}`, 'true'], { stdio: 'pipe' });
    assert.match(readFileSync(knownHostsFile, 'utf8'), /^\|1\|.*ecdsa-sha2-nistp256/);
    await connect({ knownHostsFile, decide: () => assert.fail('the key is known') });
  });
  it('does not connect where the key is refused', async () => {
    const knownHostsFile = join(folder, 'refused');
    await assert.rejects(connect({ knownHostsFile, decide: async () => 'refuse' }), { problem: 'hostKeyRefused' });
    assert.equal(existsSync(knownHostsFile), false);
  });
  it('refuses a changed key, with file and line, before it shows who we are', async () => {
    const knownHostsFile = join(folder, 'changed');
    await connect({ knownHostsFile });
    const old = await host.hostKeyFingerprint();
    await host.renewHostKeys();
    await assert.rejects(
      connect({ knownHostsFile, decide: () => assert.fail('a changed key is not asked about') }),
      (error: Error & { problem?: string }) => {
        assert.equal(error.problem, 'hostKeyChanged');
        assert.ok(error.message.includes(`${knownHostsFile}:1`) && error.message.includes(old), error.message);
        return true;
      },
    );
    rmSync(join(folder, 'known_hosts'), { force: true });
  });
});

describe('authentication', () => {
  let agent: ChildProcess;
  const agentSocket = join(folder, 'agent.sock');
  const lockedKey = join(folder, 'locked');
  before(async () => {
    agent = spawn('ssh-agent', ['-D', '-a', agentSocket], { stdio: 'ignore' });
    while (!existsSync(agentSocket)) await delay(10);
    const env = { ...process.env, SSH_AUTH_SOCK: agentSocket };
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', lockedKey]);
    execFileSync('ssh-add', ['-q', lockedKey], { env });
    execFileSync('ssh-keygen', ['-q', '-p', '-N', 'sesame', '-f', lockedKey], { stdio: 'pipe' });
    execFileSync('ssh-add', ['-q', host.keyFile], { env });
    await host.run(['sh', '-c', 'cat >> ~deploy/.ssh/authorized_keys'], { input: readFileSync(`${lockedKey}.pub`) });
  });
  after(async () => {
    agent.kill();
    await once(agent, 'exit');
  });

  it('uses the keys of the agent', async () => {
    await connect({ identityFile: null, settings: { agentSocket } });
  });
  it('uses the one key of the agent that the settings name, without its passphrase', async () => {
    const machine = await connect({ user: 'deploy', identityFile: lockedKey, settings: { agentSocket } });
    assert.deepEqual(await linesOf(machine, ['id', '-un']), ['deploy']);
  });
  it('unlocks a key file with its passphrase', async () => {
    await connect({
      user: 'deploy',
      identityFile: lockedKey,
      settings: { prompts: promptsWith({ passphrase: async () => 'sesame' }) },
    });
  });
  it('tells which keys were tried where none is right', async () => {
    const wrongKey = join(folder, 'wrong');
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-N', '', '-f', wrongKey]);
    await assert.rejects(connect({ identityFile: wrongKey }), (error: Error & { problem?: string }) => {
      assert.equal(error.problem, 'authenticationFailed');
      assert.ok(error.message.includes(wrongKey) && error.message.includes(`root@${host.address}:22`), error.message);
      return true;
    });
  });
  it('uses an RSA key, with SHA-2 signatures', async () => {
    const rsaKey = join(folder, 'rsa');
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-N', '', '-f', rsaKey]);
    await host.run(['sh', '-c', 'cat >> ~/.ssh/authorized_keys'], { input: readFileSync(`${rsaKey}.pub`) });
    await connect({ identityFile: rsaKey });
  });
});

describe('programs', () => {
  const nasty = [
    'a;b',
    `it's "quoted"`,
    'two\nlines\n',
    '$(id) `id` $HOME',
    'ünïcödé 😀',
    '',
    ' ',
    '\\',
    '-n',
    '*',
    '!!',
    '%s',
  ];
  for (const shell of ['/bin/bash', '/bin/dash', '/bin/sh']) {
    it(`get their arguments as given under ${shell}`, async () => {
      await host.console(['usermod', '--shell', shell, 'deploy']);
      const machine = await connect({ user: 'deploy' });
      const lines = await linesOf(machine, ['printf', '%s\\0', ...nasty]);
      assert.deepEqual(lines.join('\n').split('\0').slice(0, -1), nasty);
    });
  }
  it('give only their own output where the login shell greets', async () => {
    await host.console(['usermod', '--shell', '/bin/bash', 'deploy']);
    await host.console(['sh', '-c', 'sed -i "1i echo Welcome; echo Careful >&2" /home/deploy/.bashrc']);
    try {
      const machine = await connect({ user: 'deploy' });
      assert.deepEqual(await linesOf(machine, ['echo', 'hi']), ['hi']);
      assert.deepEqual(await linesOf(machine, ['sh', '-c', 'echo hi >&2']), ['hi']);
    } finally {
      await host.console(['sed', '-i', '1d', '/home/deploy/.bashrc']);
    }
  });
  it('keep 50 at once within what sshd allows', async () => {
    const machine = await connect();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => linesOf(machine, ['echo', String(index)])),
    );
    assert.deepEqual(
      answers.map(([line]) => Number(line)),
      Array.from({ length: 50 }, (_, index) => index),
    );
  });
  it('end with everything they started when they are cancelled', async () => {
    const machine = await connect();
    const abort = new AbortController();
    const command = machine.commands.run(['sh', '-c', 'sleep 7117 & sleep 7117 & echo started; wait'], {
      signal: abort.signal,
    });
    for await (const { text } of command.lines) {
      assert.equal(text, 'started');
      abort.abort(new Error('enough'));
    }
    await assert.rejects(command.exit, /enough/);
    assert.equal((await host.ssh(['pgrep', '--full', 'sleep 7117'])).stdout, '');
  });
  it('end when they are cancelled even where they ignore it', async () => {
    const machine = await connect();
    const abort = new AbortController();
    const script = 'trap "" INT TERM HUP; echo started; while :; do sleep 7118; done';
    const command = machine.commands.run(['bash', '-c', script], { signal: abort.signal });
    for await (const { text } of command.lines) {
      assert.equal(text, 'started');
      abort.abort(new Error('enough'));
    }
    await assert.rejects(command.exit, /enough/);
    assert.equal((await host.ssh(['pgrep', '--full', 'sleep 7118'])).stdout, '');
  });
});

describe('a connection that ends', () => {
  it('is noticed at once where sshd is killed, with everything that runs on it', async () => {
    const machine = await connect();
    const command = machine.commands.run(['sleep', '100']);
    const exit = assert.rejects(command.exit, { problem: 'connectionLost' });
    const events = (async () => {
      for await (const _ of machine.engine.events(new AbortController().signal));
    })();
    await machine.engine.listContainers();
    await host.killSshd();
    try {
      assert.match(String(await machine.closed), /The connection to root@.* was lost/);
      await exit;
      await events;
      await assert.rejects(machine.engine.listContainers(), { problem: 'connectionLost' });
      await assert.rejects(machine.commands.run(['true']).exit, { problem: 'connectionLost' });
    } finally {
      await host.startSshd();
    }
  });
  it('is noticed by the keepalive where the network is cut', async () => {
    const machine = await connect({ settings: { timings: { keepaliveIntervalMs: 300, keepaliveCount: 2 } } });
    const list = machine.engine.listContainers();
    await list;
    host.cut();
    try {
      const late = assert.rejects(machine.engine.listContainers(), { problem: 'connectionLost' });
      assert.match(String(await machine.closed), /was lost/);
      await late;
      await assert.rejects(connect({ settings: { timings: { connectTimeoutMs: 300 } } }), { problem: 'unreachable' });
    } finally {
      host.heal();
    }
    await connect();
  });
  it('is noticed by the system where the network is cut and nothing is asked', { timeout: 25_000 }, async () => {
    const machine = await connect();
    await machine.engine.listContainers();
    host.cut();
    try {
      assert.match(String(await machine.closed), /was lost/);
    } finally {
      host.heal();
    }
  });
  it('tells of a port on which no SSH server listens', async () => {
    await host.killSshd();
    try {
      await assert.rejects(connect(), { problem: 'refused' });
    } finally {
      await host.startSshd();
    }
  });
});

describe('files', () => {
  it('are written with their mode, replaced and read back', async () => {
    const machine = await connect({ user: 'deploy' });
    const text = "it's\r\n$(id)\n\nünïcödé";
    await machine.files.writeText('~/a folder/.env', text, 0o600);
    assert.equal(await machine.files.readText('~/a folder/.env'), text);
    assert.equal(await machine.files.readText('/home/deploy/a folder/.env'), text);
    assert.equal(await host.run(['stat', '--format', '%a %U', '/home/deploy/a folder/.env']), '600 deploy\n');
    await machine.files.writeText('~/a folder/.env', '', 0o644);
    assert.equal(await machine.files.readText('~/a folder/.env'), '');
    assert.deepEqual(await machine.files.list('~/a folder'), ['.env']);
  });
  it('that are not there are told from those that may not be read', async () => {
    const machine = await connect({ user: 'deploy' });
    assert.equal(await machine.files.readText('/nope'), undefined);
    assert.equal(await machine.files.list('/nope'), undefined);
    await assert.rejects(
      machine.files.readText('/etc/shadow'),
      /"\/etc\/shadow" could not be read on deploy@.*denied/i,
    );
    await assert.rejects(machine.files.writeText('/etc/x', 'x', 0o600), /could not be written.*denied/i);
  });
});

/** Nothing that would never end, or that would fill the memory, is read. */
async function refusesWhatIsNoText({ files }: Machine): Promise<void> {
  await host.run(['sh', '-c', 'cd /tmp; [ -p pipe ] || mkfifo pipe; truncate --size 1G huge; chmod 644 pipe huge']);
  for (const [path, reason] of [
    ['/etc', /"\/etc" could not be read on (?:root|deploy)@.*: it is a folder/],
    ['/dev/zero', /it is no file/],
    ['/tmp/pipe', /it is no file/],
    ['/tmp/huge', /it is larger than 16 MB/],
  ] as const) {
    await assert.rejects(files.readText(path), reason);
  }
}

describe('files by SFTP', () => {
  const sftpServers = (user: HostUser): Promise<string> =>
    host.run(['sh', '-c', `pgrep -u ${user} sftp-server || true`]);
  /** Those that serve while files are in use; soon after, none does. */
  const serversInUse = async (machine: Machine, user: HostUser): Promise<string> => {
    let isAnswered = false;
    const answer = sftpServers(user).finally(() => {
      isAnswered = true;
    });
    while (!isAnswered) await machine.files.readText('~/.bashrc');
    return answer;
  };
  const gone = async (user: HostUser): Promise<void> => {
    for (let tries = 0; (await sftpServers(user)) !== '' && tries < 100; tries++) await delay(100);
    assert.equal(await sftpServers(user), '');
  };

  it('share one channel, which is closed soon after', async () => {
    const machine = await connect({ user: 'deploy' });
    const names = Array.from({ length: 30 }, (_, index) => `~/many/file ${index}`);
    await Promise.all(names.map((name, index) => machine.files.writeText(name, `${index}`.repeat(100_000), 0o640)));
    assert.match(await serversInUse(machine, 'deploy'), /^\d+\n$/);
    const texts = await Promise.all(names.map((name) => machine.files.readText(name)));
    assert.deepEqual(
      texts,
      names.map((_, index) => `${index}`.repeat(100_000)),
    );
    await gone('deploy');
    assert.equal((await machine.files.list('~/many'))?.length, 30);
    await gone('deploy');
  });
  it('are replaced behind a link, which stays', async () => {
    const machine = await connect({ user: 'deploy' });
    await machine.files.writeText('~/real/.env', 'old', 0o600);
    await host.run(['sh', '-c', 'ln -sfn /home/deploy/real/.env /home/deploy/linked; ls -A /home/deploy/real']);
    await machine.files.writeText('~/linked', 'new', 0o600);
    assert.equal(await host.run(['readlink', '/home/deploy/linked']), '/home/deploy/real/.env\n');
    assert.equal(await machine.files.readText('~/real/.env'), 'new');
    assert.deepEqual(await machine.files.list('~/real'), ['.env']);
  });
  it('take away what a cut transfer left an hour ago, and nothing younger', async () => {
    const machine = await connect({ user: 'deploy' });
    await machine.files.writeText('~/left/.env', 'a', 0o600);
    await host.run(['su', 'deploy', '-c', 'cd ~/left && touch .openclaw-vm-new && touch -d -2hours .openclaw-vm-old']);
    await machine.files.writeText('~/left/.env', 'b', 0o600);
    assert.deepEqual(await machine.files.list('~/left'), ['.env', '.openclaw-vm-new']);
  });
  it('stay as they were where the connection is cut in the middle', async () => {
    const machine = await connect({ settings: { timings: { keepaliveIntervalMs: 300, keepaliveCount: 2 } } });
    await machine.files.writeText('/root/cut', 'old', 0o600);
    const written = machine.files.writeText('/root/cut', 'x'.repeat(20_000_000), 0o600);
    const rejected = assert.rejects(written, { problem: 'connectionLost' });
    await delay(20);
    host.cut();
    try {
      await rejected;
    } finally {
      host.heal();
    }
    assert.equal(await (await connect()).files.readText('/root/cut'), 'old');
  });
  it('end with the signal, and leave nothing', async () => {
    const machine = await connect();
    const abort = new AbortController();
    const written = machine.files.writeText('/root/given/up', 'x'.repeat(20_000_000), 0o600, abort.signal);
    const rejected = assert.rejects(written, { name: 'AbortError' });
    await delay(5);
    abort.abort();
    await rejected;
    await machine.files.writeText('/root/given/next', '', 0o600);
    assert.deepEqual(
      (await machine.files.list('/root/given'))?.filter((name) => name.startsWith('.')),
      [],
    );
  });
  it('go the same way in the package, where SFTP is loaded late', async () => {
    const { createMachineConnector: createPackaged } = createRequire(import.meta.url)('../../dist/vmAdapters.js') as {
      readonly createMachineConnector: typeof createMachineConnector;
    };
    const told: string[] = [];
    const machine = await connect({ create: createPackaged, settings: { log: (message) => told.push(message) } });
    await machine.files.writeText('/root/packaged/file', 'text', 0o600);
    assert.equal(await machine.files.readText('/root/packaged/file'), 'text');
    assert.match(await serversInUse(machine, 'root'), /^\d+\n$/);
    await gone('root');
    assert.deepEqual(told, []);
  });
  it('say that a folder is no file', async () => {
    const machine = await connect();
    await refusesWhatIsNoText(machine);
    assert.equal(await machine.files.list('/etc/passwd'), undefined);
  });
  for (const [what, break_, mend] of [
    [
      'a server without it',
      'mv /usr/lib/openssh/sftp-server /usr/lib/openssh/kept',
      'mv /usr/lib/openssh/kept /usr/lib/openssh/sftp-server',
    ],
    [
      'a shell that greets everybody',
      "sed -i '1i echo Welcome to vm1' /home/deploy/.bashrc",
      'sed -i 1d /home/deploy/.bashrc',
    ],
  ] as const) {
    it(`go through the shell on ${what}, which is said once`, async () => {
      await host.run(['sh', '-c', break_]);
      try {
        const told: string[] = [];
        const machine = await connect({ user: 'deploy', settings: { log: (message) => told.push(message) } });
        await machine.files.writeText('~/shell/.env', 'text', 0o600);
        assert.equal(await machine.files.readText('~/shell/.env'), 'text');
        await refusesWhatIsNoText(machine);
        assert.equal(told.filter((message) => /SFTP does not work.*through the shell/.test(message)).length, 1);
      } finally {
        await host.run(['sh', '-c', mend]);
      }
    });
  }
  it('go through the shell where all sessions are taken, without a word', async () => {
    await withSshdSetting('MaxSessions 1\n', async () => {
      const told: string[] = [];
      const machine = await connect({ settings: { log: (message) => told.push(message) } });
      await Promise.all(
        ['a', 'b', 'c'].map(async (name) => {
          await machine.files.writeText(`/root/max/${name}`, name, 0o600);
          assert.deepEqual(await linesOf(machine, ['cat', `/root/max/${name}`]), [name]);
        }),
      );
      assert.deepEqual(told, []);
    });
  });
});

describe('a server that forbids forwarding to sockets', () => {
  it('is used through docker system dial-stdio', async () => {
    await withSshdSetting('AllowStreamLocalForwarding no\n', async () => {
      const told: string[] = [];
      const machine = await connect({ settings: { log: (message) => told.push(message) } });
      assert.match(told.join(), /dial-stdio/);
      const abort = new AbortController();
      const opened = new Promise<void>((resolve) => {
        void (async () => {
          for await (const _ of machine.engine.events(abort.signal, resolve));
        })();
      });
      await opened;
      const lists = await Promise.all(Array.from({ length: 50 }, () => machine.engine.listContainers()));
      assert.equal(lists.length, 50);
      assert.deepEqual(await linesOf(machine, ['echo', 'hi']), ['hi']);
      abort.abort();
      await machine.close();
    });
  });
  it('is told apart from a server whose engine is stopped', async () => {
    await withSshdSetting('AllowStreamLocalForwarding no\n', async () => {
      await host.killEngine();
      try {
        await assert.rejects(connect(), { problem: 'engineStopped' });
      } finally {
        await host.startEngine();
      }
    });
  });
});
