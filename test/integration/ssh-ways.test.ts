import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { VmConnectionSettings } from '../../src/adapters/ssh/connectVmMachine.ts';
import { judgeRoute } from '../../src/adapters/ssh/judgeRoute.ts';
import { readSshConfig } from '../../src/adapters/ssh/readSshConfig.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import type { UnknownHostKey } from '../../src/application/ports/MachineConnector.ts';
import type { SshPrompts } from '../../src/application/ports/SshPrompts.ts';
import type { Vm } from '../../src/core/vm/Vm.ts';
import { createMachineConnector } from '../../src/vmAdapters.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { writeByConsole } from '../support/KeyFolder.ts';
import { promptsWith } from '../support/promptsWith.ts';

/* The ways that a person's SSH config and a server's demands make: jump hosts, proxy commands, passwords, questions. */

const hosts = withTestHosts(['vm1', 'bastion'], { images: [] });
const folder = mkdtempSync(join(tmpdir(), 'ssh-ways-'));
const configFile = join(folder, 'config');
const machines: Machine[] = [];
let vm1: TestHost;
let bastion: TestHost;

before(async () => {
  await hosts.up();
  vm1 = hosts.get('vm1');
  bastion = hosts.get('bastion');
});
afterEach(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.close()));
});
after(async () => {
  await hosts.down();
  rmSync(folder, { recursive: true });
});

interface Attempt {
  readonly config?: string;
  /** `null`: the VM names none. */
  readonly user?: string | null;
  readonly identityFile?: string;
  readonly prompts?: SshPrompts;
  readonly settings?: VmConnectionSettings;
  readonly asked?: UnknownHostKey[];
}

/** Connects as the product does to the entry `target` of a config, with files of this suite instead of the person's. */
async function connect(target: string, attempt: Attempt = {}): Promise<Machine> {
  writeFileSync(configFile, attempt.config ?? '');
  const connector = createMachineConnector({
    knownHosts: { user: join(folder, 'known_hosts'), others: [] },
    agentSocket: null,
    defaultKeyFiles: [],
    sshConfigFiles: { user: configFile, system: join(folder, 'none') },
    ...(attempt.prompts === undefined ? {} : { prompts: attempt.prompts }),
    ...attempt.settings,
  });
  const { identityFile, user = 'root' } = attempt;
  const vm: Vm = {
    name: target,
    host: target,
    ...(user === null ? {} : { user }),
    ...(identityFile === undefined ? {} : { identityFile }),
  };
  const machine = await connector.connectVm(vm, async (key) => {
    attempt.asked?.push(key);
    return 'trustAndRemember';
  });
  machines.push(machine);
  return machine;
}

function hostNameOf(machine: Machine): Promise<string> {
  return outputOf(machine, ['hostname']);
}

async function outputOf(machine: Machine, argv: readonly string[]): Promise<string> {
  const command = machine.commands.run(argv);
  const lines: string[] = [];
  for await (const { text } of command.lines) lines.push(text);
  await command.exit;
  return lines.join();
}

async function withSshdSettings(host: TestHost, lines: string, action: () => Promise<void>): Promise<void> {
  const file = '/etc/ssh/sshd_config.d/00-suite.conf';
  const restart = async (): Promise<void> => {
    await host.killSshd();
    await host.startSshd();
  };
  await host.console(['sh', '-c', `printf '%s' '${lines}' > ${file}`]);
  await restart();
  try {
    await action();
  } finally {
    await host.console(['rm', file]);
    await restart();
  }
}

describe('a jump host', () => {
  const config = (): string =>
    [
      'Host claw',
      `  HostName ${vm1.address}`,
      `  IdentityFile ${vm1.keyFile}`,
      '  ProxyJump deploy@gate',
      'Host gate',
      `  HostName ${bastion.address}`,
      `  IdentityFile ${bastion.keyFile}`,
      '',
    ].join('\n');

  it('is gone through, its own key verified before the VM is reached', async () => {
    const asked: UnknownHostKey[] = [];
    const machine = await connect('claw', { config: config(), asked });
    assert.equal(await hostNameOf(machine), 'vm1');
    assert.deepEqual(
      asked.map(({ host, fingerprint }) => [host, fingerprint]),
      [
        [bastion.address, await bastion.hostKeyFingerprint()],
        [vm1.address, await vm1.hostKeyFingerprint()],
      ],
    );
    assert.match(
      await vm1.run(['sh', '-c', 'ss -tn state established "( sport = :22 )"']),
      new RegExp(bastion.address),
    );
    assert.deepEqual(await machine.engine.listContainers(), []);
  });
  it('ends with the connection', async () => {
    const machine = await connect('claw', { config: config() });
    await machine.close();
    for (let i = 0; i < 50; i += 1) {
      if (!/10\.77\.0\.1:/.test(await bastion.console(['sh', '-c', 'ss -tnH state established "( sport = :22 )"'])))
        return;
      await delay(100);
    }
    assert.fail('the connection to the jump host is still open');
  });
  it('takes the connection with it when it is lost', async () => {
    const machine = await connect('claw', { config: config() });
    await bastion.killSshd();
    try {
      assert.match(String(await machine.closed), /was lost/);
    } finally {
      await bastion.startSshd();
    }
  });
  it('that forbids forwarding says so', () =>
    withSshdSettings(bastion, 'AllowTcpForwarding no', () =>
      assert.rejects(connect('claw', { config: config() }), /deploy@.* does not forward connections/),
    ));
  it('that cannot reach the VM says so', () =>
    assert.rejects(
      connect('claw', { config: config().replace(vm1.address, '127.0.0.1\n  Port 4') }),
      /127\.0\.0\.1:4 cannot be reached from the jump host/,
    ));
  it('that names itself is not followed for ever', () =>
    assert.rejects(
      connect('a', { config: 'Host a b\n  HostName 127.0.0.1\nHost a\n  ProxyJump b\nHost b\n  ProxyJump a\n' }),
      /more than 8 hosts/,
    ));
});

describe('a proxy command', () => {
  const proxied = (command: string): string =>
    `Host claw\n  HostName ${vm1.address}\n  IdentityFile ${vm1.keyFile}\n  ProxyCommand ${command}\n`;

  it('is the connection', async () => {
    const jump = `ssh -F ${bastion.sshConfigFile} -W %h:%p bastion`;
    assert.equal(await hostNameOf(await connect('claw', { config: proxied(jump) })), 'vm1');
  });
  it('ends with the connection', async () => {
    const marker = join(folder, 'proxy-pid');
    const jump = `sh -c 'echo $$ > ${marker}; exec ssh -F ${bastion.sshConfigFile} -W "$0" bastion' %h:%p`;
    const machine = await connect('claw', { config: proxied(jump) });
    const pid = Number(readFileSync(marker, 'utf8'));
    await machine.close();
    for (let i = 0; i < 50; i += 1) {
      try {
        process.kill(pid, 0);
      } catch {
        return;
      }
      await delay(100);
    }
    assert.fail('the proxy command still runs');
  });
  it('that fails says what it said', () =>
    assert.rejects(
      connect('claw', { config: proxied('sh -c "echo no credentials >&2; exit 3"') }),
      /The ProxyCommand for root@.* ended at once: no credentials/,
    ));
});

describe('a password', () => {
  before(async () => {
    await vm1.console(['sh', '-c', 'echo deploy:open-sesame | chpasswd']);
  });
  const passwordOnly = 'PasswordAuthentication yes\nKbdInteractiveAuthentication no\n';
  const questionsOnly = 'PasswordAuthentication no\nKbdInteractiveAuthentication yes\nUsePAM yes\n';

  it('is asked for when the server takes one, again after a wrong one, and never shown', async () => {
    await withSshdSettings(vm1, passwordOnly, async () => {
      const attempts: number[] = [];
      const accepted: string[] = [];
      const machine = await connect(vm1.address, {
        user: 'deploy',
        prompts: promptsWith({
          password: async (address, attempt) => {
            assert.equal(address, `deploy@${vm1.address}:22`);
            attempts.push(attempt);
            return attempt === 1 ? 'wrong' : 'open-sesame';
          },
          accepted: (address) => accepted.push(address),
        }),
      });
      assert.equal(await hostNameOf(machine), 'vm1');
      assert.deepEqual(attempts, [1, 2]);
      assert.deepEqual(accepted, [`deploy@${vm1.address}:22`]);
    });
  });
  it('that is wrong three times ends the attempt', () =>
    withSshdSettings(vm1, passwordOnly, () =>
      assert.rejects(
        connect(vm1.address, { user: 'deploy', prompts: promptsWith({ password: async () => 'hunter2' }) }),
        (error: Error) => {
          assert.match(error.message, /Tried: .*a password/);
          assert.doesNotMatch(error.message, /hunter2/);
          return true;
        },
      ),
    ));
  it('that nobody gives ends the attempt', () =>
    withSshdSettings(vm1, passwordOnly, () =>
      assert.rejects(
        connect(vm1.address, { user: 'deploy', prompts: promptsWith({ password: async () => undefined }) }),
        /asked for a password, and none was given/,
      ),
    ));
  /** Connects, and runs `meanwhile` while the password is asked for the first time. */
  const connectWhile = async (meanwhile: () => Promise<void>): Promise<void> => {
    let asked = 0;
    const password = async (): Promise<string> => {
      asked += 1;
      await meanwhile();
      return 'open-sesame';
    };
    const machine = await connect(vm1.address, { user: 'deploy', prompts: promptsWith({ password }) });
    assert.equal(await hostNameOf(machine), 'vm1');
    assert.equal(asked, 1);
  };
  it('that comes too late for the server serves the next connection, without asking again', () =>
    withSshdSettings(vm1, passwordOnly, () =>
      connectWhile(async () => {
        // What ends the time for a login (LoginGraceTime), to which sshd adds up to four seconds by chance.
        await vm1.console(['pkill', '--signal', 'ALRM', '--exact', 'sshd-session']);
        while (/:22\b/.test(await vm1.console(['ss', '-tnH', 'state', 'established']))) await delay(50);
      }),
    ));
  it('that is on its way when the server gives up serves the next connection too', () =>
    withSshdSettings(vm1, passwordOnly, async () => {
      let ended: Promise<unknown> | undefined;
      await connectWhile(async () => {
        const end = (signal: string) => vm1.console(['pkill', '--signal', signal, 'sshd-session|sshd-auth']);
        await end('STOP');
        ended = delay(200).then(() => end('KILL'));
      });
      await ended;
    }));
  it('is answered as a question where the server asks so', () =>
    withSshdSettings(vm1, questionsOnly, async () => {
      const texts: string[] = [];
      const machine = await connect(vm1.address, {
        user: 'deploy',
        prompts: promptsWith({
          answers: async (_address, { questions }, attempt) => {
            texts.push(...questions.map(({ text }) => text));
            return [attempt === 1 ? 'wrong' : 'open-sesame'];
          },
        }),
      });
      assert.equal(await hostNameOf(machine), 'vm1');
      assert.match(texts.join(), /Password.*Password/);
    }));
  it('is asked for after the key where the server wants both', () =>
    withSshdSettings(vm1, 'AuthenticationMethods publickey,password\nPasswordAuthentication yes\n', async () => {
      const machine = await connect(vm1.address, {
        user: 'deploy',
        identityFile: vm1.keyFile,
        prompts: promptsWith({ password: async () => 'open-sesame' }),
      });
      assert.equal(await hostNameOf(machine), 'vm1');
    }));
  it('is never asked for in place of the one key that the settings name', async () => {
    const wrong = join(folder, 'wrong-key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', wrong]);
    await withSshdSettings(vm1, passwordOnly, () =>
      assert.rejects(connect(vm1.address, { user: 'deploy', identityFile: wrong, prompts: promptsWith({}) }), {
        problem: 'authenticationFailed',
      }),
    );
  });
  it('is never asked for where a key is enough', async () => {
    assert.equal(
      await hostNameOf(
        await connect(vm1.address, { user: 'deploy', identityFile: vm1.keyFile, prompts: promptsWith({}) }),
      ),
      'vm1',
    );
  });
});

describe('what an SSH config says about algorithms', () => {
  const config = (lines: string): string =>
    `Host claw\n  HostName ${vm1.address}\n  IdentityFile ${vm1.keyFile}\n${lines}`;
  /** Whether ssh comes in with this config. */
  const sshConnects = (text: string): boolean => {
    writeFileSync(join(folder, 'ssh-config'), text);
    const options = [
      'BatchMode=yes',
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
      'GlobalKnownHostsFile=none',
    ];
    const arguments_ = [
      '-F',
      join(folder, 'ssh-config'),
      ...options.flatMap((option) => ['-o', option]),
      'root@claw',
      'true',
    ];
    return spawnSync('ssh', arguments_).status === 0;
  };
  const sshd =
    'Ciphers aes256-cbc,aes192-ctr\nMACs hmac-sha1\nKexAlgorithms diffie-hellman-group14-sha1,ecdh-sha2-nistp384\n' +
    'HostKey /etc/ssh/ssh_host_rsa_key\nHostKeyAlgorithms ssh-rsa\n';

  const cases = [
    ['HostKeyAlgorithms +ssh-rsa\n', true],
    [
      'HostKeyAlgorithms ^ssh-rsa\nCiphers aes256-cbc\nKexAlgorithms diffie-hellman-group14-sha1\nMACs hmac-sha1\n',
      true,
    ],
    ['HostKeyAlgorithms +ssh-rsa\nCiphers -*192*\n', false],
    ['HostKeyAlgorithms +ssh-rsa\nCiphers -*192*,*cbc\nCiphers +aes256-cbc\n', false],
    ['HostKeyAlgorithms +ssh-rsa\nKexAlgorithms -*nistp384\n', false],
    ['HostKeyAlgorithms +ssh-rsa\nKexAlgorithms ^diffie-hellman-group14-sha1\n', true],
    ['HostKeyAlgorithms +ssh-rsa\nMACs -hmac-sha1\n', false],
    ['', false],
  ] as const;
  it('is kept, as ssh keeps it', () =>
    withSshdSettings(vm1, sshd, async () => {
      for (const [lines, isIn] of cases) {
        // Keys of another type than the known one would count as changed.
        rmSync(join(folder, 'known_hosts'), { force: true });
        const connecting = connect('claw', { config: config(lines) });
        if (isIn) assert.equal(await hostNameOf(await connecting), 'vm1', lines);
        else await assert.rejects(connecting, /does not talk SSH with us/, lines);
        assert.equal(sshConnects(config(lines)), isIn, lines);
      }
      rmSync(join(folder, 'known_hosts'), { force: true });
    }));
  it('and leaves nothing is said before anything is sent', () =>
    assert.rejects(
      connect('claw', { config: config('KexAlgorithms sntrup761x25519-sha512\n') }),
      /"KexAlgorithms sntrup761x25519-sha512" of the SSH config for root@.* leaves nothing/,
    ));
  it('takes keys of other types away, and says so', () =>
    assert.rejects(
      connect('claw', { config: config('PubkeyAcceptedAlgorithms -*ed25519*,ecdsa-*,rsa-*,ssh-rsa*\n') }),
      /left out: PubkeyAcceptedAlgorithms of the SSH config/,
    ));
});

describe('a directive that does not count', () => {
  it('is named once', async () => {
    const said: string[] = [];
    const log = (message: string): void => {
      said.push(message);
    };
    const config = `Host claw\n  HostName ${vm1.address}\n  IdentityFile ${vm1.keyFile}\n  ForwardAgent yes\n  SetEnv A=B\n`;
    for (let times = 0; times < 2; times += 1) await connect('claw', { config, settings: { log } });
    const leftOut = (name: string): string => `root@${vm1.address}:22: "${name}" of the SSH config was left out.`;
    assert.deepEqual(
      said.filter((one) => /left out/.test(one)),
      ['ForwardAgent', 'SetEnv'].map(leftOut),
    );
  });
});

describe('a Match line', () => {
  const out = join(folder, 'commands');
  // Of OpenSSH 10, which splits them in another way than the releases before 9.9.
  const lines = [
    `exec "echo 1 \\"%n\\" a=b >>OUT"`,
    `exec 'echo 2 "%n x" >>OUT'`,
    `exec "echo 3 'a  b' \\\\ >>OUT" # why`,
    `originalhost claw !exec "echo 4 %j %k >>OUT; false"`,
    'originalhost=claw exec="echo 5 %C >>OUT"',
    `originalhost other exec "echo 6 >>OUT"`,
    `!originalhost claw exec "echo 7 >>OUT"`,
    'tagged lab exec "echo 8 >>OUT"',
    'tagged none,l* exec "echo 9 >>OUT"',
    'localnetwork 239.1.0.0/16 exec "echo 10 >>OUT"',
    'localnetwork 239.1.0.0/16,127.0.0.0/8 exec "echo 11 >>OUT"',
  ];
  const text = (file: string): string =>
    `Tag lan\nHostKeyAlias alias\nProxyJump me@first,jump:7\n${lines.map((line) => `Match ${line.replaceAll('OUT', file)}\n  Port 9\n`).join('')}`;

  it('is split, judged and run as by the ssh of today', async () => {
    await writeByConsole(vm1, '/tmp/config', text('/tmp/out'));
    const name = (await vm1.console(['hostname'])).trim();
    const said = await vm1.console([
      'sh',
      '-c',
      'ssh -G -F /tmp/config claw >/tmp/said 2>&1 || cat /tmp/said; cat /tmp/out',
    ]);
    writeFileSync(configFile, text(out));
    const context = await readSshConfig({ user: configFile, system: join(folder, 'none') });
    const here = context.here && { ...context.here, hostName: name };
    await judgeRoute({ host: 'claw' }, { ...context, ...(here && { here }) }, { log: () => {} }, undefined);
    assert.deepEqual(readFileSync(out, 'utf8').trim().split('\n'), said.trim().split('\n'));
  });
});

describe('the user of a VM that names none', () => {
  const config = (exec: string): string =>
    `Match originalhost claw exec "${exec}"\n  User deploy\nHost claw\n  HostName ${vm1.address}\n  IdentityFile ${vm1.keyFile}\n`;
  const userOf = async (exec: string): Promise<string> =>
    outputOf(await connect('claw', { user: null, config: `${config(exec)}  User root\n` }), ['id', '-un']);

  it('is decided by "Match exec" at each connection', async () => {
    const marker = join(folder, 'as-deploy');
    assert.equal(await userOf(`test -e ${marker}`), 'root');
    writeFileSync(marker, '');
    assert.equal(await userOf(`test -e ${marker}`), 'deploy');
  });
});

describe('KnownHostsCommand', () => {
  const program = join(folder, 'known hosts');
  const runs = join(folder, 'known-hosts-runs');
  const config = (lines = ''): string =>
    `Host claw\n  HostName ${vm1.address}\n  IdentityFile ${vm1.keyFile}\n  UserKnownHostsFile none\n  GlobalKnownHostsFile none\n` +
    `  KnownHostsCommand "${program}" %I %H %t %K %f "%h  %p" '%r' %n %k %%H $HOME\n${lines}`;
  /** `lines`: what the program prints; it writes down its arguments. */
  const prints = (lines: string, code = 0): void => {
    rmSync(runs, { force: true });
    const script = `#!/bin/sh\nprintf '<%s>' "$@" >>${runs}; echo >>${runs}\ncat <<'END'\n${lines}\nEND\nexit ${code}\n`;
    writeFileSync(program, script, { mode: 0o755 });
  };
  const key = async (type = 'ed25519'): Promise<string> =>
    (await vm1.console(['cat', `/etc/ssh/ssh_host_${type}_key.pub`])).split(' ').slice(0, 2).join(' ');

  it('is asked as ssh asks it, and what it prints is known', async () => {
    for (const type of ['ed25519', 'rsa']) {
      prints(`${vm1.address} ${await key(type)}`);
      const file = join(folder, 'ssh-config');
      writeFileSync(file, config('  StrictHostKeyChecking yes\n'));
      execFileSync('ssh', ['-F', file, '-o', 'BatchMode=yes', 'root@claw', 'true']);
      const bySsh = readFileSync(runs, 'utf8');
      rmSync(runs);
      const machine = await connect('claw', { config: config('  StrictHostKeyChecking yes\n') });
      assert.equal(await hostNameOf(machine), 'vm1');
      assert.equal(readFileSync(runs, 'utf8'), bySsh);
      assert.match(bySsh, /^<ORDER>.*\n<HOSTNAME><10\.[\d.]+><ssh-.*<\$HOME>\n$/);
    }
  });
  it('is asked as ssh asks it on another port too', () =>
    withSshdSettings(vm1, 'Port 22\nPort 2222\n', async () => {
      const lines = '  Port 2222\n  StrictHostKeyChecking yes\n';
      const known = await key();
      const file = join(folder, 'ssh-config');
      for (const [name, isKnown] of [
        [`[${vm1.address}]:2222`, true],
        [vm1.address, false],
        [`[${vm1.address}]:22`, false],
        [`[${vm1.address}]:2223`, false],
      ] as const) {
        prints(`${name} ${known}`);
        writeFileSync(file, config(lines));
        const { status } = spawnSync('ssh', ['-F', file, '-o', 'BatchMode=yes', 'root@claw', 'true']);
        // Before version 10 ssh asks for the order without the port.
        const questions = (): string =>
          readFileSync(runs, 'utf8').replace(/^(<ORDER><)[^>]*(>)/m, `$1[${vm1.address}]:2222$2`);
        const bySsh = questions();
        rmSync(runs);
        const connected = await connect('claw', { config: config(lines) }).then(
          () => true,
          ({ problem }: { readonly problem?: string }) => problem,
        );
        assert.deepEqual([status === 0, connected], isKnown ? [true, true] : [false, 'hostKeyRefused'], name);
        assert.equal(questions(), bySsh, name);
      }
    }));
  it('that knows another key, or marks it as revoked, refuses the host', async () => {
    prints(`${vm1.address} ${(await key()).replace(/.{8}$/, 'AAAAAAAA')}`);
    await assert.rejects(connect('claw', { config: config() }), {
      problem: 'hostKeyChanged',
      message: /"KnownHostsCommand" of the SSH config:1 knows/,
    });
    prints(`@revoked * ${await key()}`);
    await assert.rejects(connect('claw', { config: config() }), /marks as revoked/);
  });
  it('that fails ends the attempt, whatever it has printed', async () => {
    prints(`${vm1.address} ${await key()}`, 3);
    await assert.rejects(connect('claw', { config: config() }), {
      problem: 'hostKeyRefused',
      message: /"KnownHostsCommand" of the SSH config for root@.* failed with 3/,
    });
  });
  it('that is not there tells nothing, which is said', async () => {
    const said: string[] = [];
    const asked: UnknownHostKey[] = [];
    rmSync(program);
    await connect('claw', { config: config(), asked, settings: { log: (message) => said.push(message) } });
    assert.equal(asked.length, 1);
    assert.match(said.join('\n'), /"KnownHostsCommand" of the SSH config tells nothing: there is no /);
  });
});

describe('what an SSH config says about the login', () => {
  const both = 'PasswordAuthentication yes\nKbdInteractiveAuthentication yes\nUsePAM yes\n';
  const config = (lines: string): string =>
    `Host claw\n  HostName ${vm1.address}\n  IdentityFile ${vm1.keyFile}\n${lines}`;
  /** What was asked, in order; the answer is right the given time. */
  const asked = async (lines: string, rightAt = 1): Promise<readonly string[]> => {
    const questions: string[] = [];
    const answer = (what: string): string => {
      questions.push(what);
      return questions.length === rightAt ? 'open-sesame' : 'wrong';
    };
    const prompts = promptsWith({
      password: async () => answer('password'),
      answers: async (_address, request) => request.questions.map(() => answer('question')),
    });
    await connect('claw', { config: config(lines), user: 'deploy', prompts }).catch((error: unknown) => {
      questions.push(String((error as { problem?: string }).problem));
    });
    return questions;
  };
  const noKey = 'PubkeyAuthentication no\n';
  const cases = [
    ['', [], 1],
    [noKey, ['question'], 1],
    [`${noKey}KbdInteractiveAuthentication no\n`, ['password'], 1],
    ['PreferredAuthentications password,publickey\n', ['password'], 1],
    ['PreferredAuthentications password,publickey\nNumberOfPasswordPrompts 2\n', ['password', 'password'], 9],
    [`${noKey}NumberOfPasswordPrompts 1\n`, ['question', 'password'], 2],
    [`${noKey}NumberOfPasswordPrompts 1\n`, ['question', 'password', 'authenticationFailed'], 9],
    [`${noKey}PasswordAuthentication no\nNumberOfPasswordPrompts 1\n`, ['question', 'authenticationFailed'], 9],
    [`${noKey}BatchMode yes\n`, ['authenticationFailed'], 1],
  ] as const;
  it('is kept', () =>
    withSshdSettings(vm1, both, async () => {
      for (const [lines, expected, rightAt] of cases) assert.deepEqual(await asked(lines, rightAt), expected, lines);
    }));
});

describe('the keys of a smart card', () => {
  const config = (): string => `Host claw\n  HostName ${vm1.address}\n  PKCS11Provider /usr/lib/opensc-pkcs11.so\n`;
  it('are missed where nothing else opens the VM, with the way to the agent', () =>
    assert.rejects(connect('claw', { config: config() }), {
      problem: 'authenticationFailed',
      message: /keys behind \/usr\/lib\/opensc-pkcs11\.so \(left out: PKCS11Provider of the SSH config\)/,
      remedy: 'Load the keys of the card into the SSH agent with "ssh-add -s /usr/lib/opensc-pkcs11.so", then retry.',
    }));
  it('are not missed where another key does', async () => {
    const machine = await connect('claw', { config: `${config()}  IdentityFile ${vm1.keyFile}\n` });
    assert.equal(await hostNameOf(machine), 'vm1');
  });
});

describe('what an SSH config says about the call', () => {
  const config = (lines: string): string =>
    `Host claw\n  HostName ${vm1.address}\n  IdentityFile ${vm1.keyFile}\n${lines}`;

  it('chooses the address to come from', async () => {
    await assert.rejects(connect('claw', { config: config('BindAddress 127.0.0.1\n') }), { problem: 'unreachable' });
    const own = vm1.address.replace(/\d+$/, '1');
    assert.equal(await hostNameOf(await connect('claw', { config: config(`BindAddress ${own}\n`) })), 'vm1');
  });
  it('chooses the version of IP', async () => {
    const local = (family: string): Promise<Machine> =>
      connect('claw', { config: config(`Port 4\nAddressFamily ${family}\n`).replace(vm1.address, 'localhost') });
    await assert.rejects(local('inet'), /refused the connection/);
    assert.equal(await hostNameOf(await connect('claw', { config: config('AddressFamily inet\n') })), 'vm1');
    await assert.rejects(connect('claw', { config: config('AddressFamily inet6\n') }), /is no IPv6 address/);
  });
  it('is made again where it was refused', async () => {
    await vm1.killSshd();
    let connecting: Promise<Machine> | undefined;
    try {
      await assert.rejects(connect('claw', { config: config('') }), { problem: 'refused' });
      connecting = connect('claw', { config: config('ConnectionAttempts 20\n') });
      await delay(300);
    } finally {
      await vm1.startSshd();
    }
    assert.equal(await hostNameOf(await connecting), 'vm1');
  });
});

describe('an agent with twenty keys', () => {
  const socket = join(folder, 'agent');
  let pid = 0;
  before(() => {
    const output = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' });
    pid = Number(/SSH_AGENT_PID=(\d+)/.exec(output)?.[1]);
    for (let i = 0; i < 20; i += 1) {
      const key = join(folder, `many-${i}`);
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
      execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    }
  });
  after(() => {
    if (pid > 0) process.kill(pid);
  });

  it('is too many for sshd, which is said with the way out', () =>
    assert.rejects(
      connect(vm1.address, { settings: { agentSocket: socket } }),
      (error: Error & { remedy?: string }) => {
        assert.match(error.message, /gave up after too many.*20 keys of the SSH agent/);
        assert.match(error.remedy ?? '', /identityFile/);
        return true;
      },
    ));
  it('is no trouble where the SSH config names the key', async () => {
    const config = `Host *\n  IdentityFile ${vm1.keyFile}\n`;
    assert.equal(await hostNameOf(await connect(vm1.address, { config, settings: { agentSocket: socket } })), 'vm1');
  });
});
