import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { VmConnectionSettings } from '../../src/adapters/ssh/connectVmMachine.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import type { UnknownHostKey } from '../../src/application/ports/MachineConnector.ts';
import { createMachineConnector } from '../../src/vmAdapters.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { promptsWith } from '../support/promptsWith.ts';

/* Certificates of users and of hosts, made by ssh-keygen and judged by sshd and by us. */

const hosts = withTestHosts(['vm1', 'bastion'], { images: [] });
const folder = mkdtempSync(join(tmpdir(), 'ssh-certificates-'));
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

const file = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(file(name), 'utf8');
const keygen = (...args: readonly string[]): string =>
  execFileSync('ssh-keygen', ['-q', ...args], { encoding: 'utf8' });

function makeKey(name: string, type: readonly string[] = ['-t', 'ed25519'], passphrase = ''): string {
  keygen(...type, '-N', passphrase, '-C', name, '-f', file(name));
  return file(name);
}

/** Signs the public key of a name; gives the certificate's file. */
function certify(name: string, authority: string, ...options: readonly string[]): string {
  keygen('-s', file(authority), '-I', `${name} of the suite`, ...options, file(`${name}.pub`));
  return file(`${name}-cert.pub`);
}

interface Attempt {
  readonly config?: string;
  readonly user?: string;
  readonly identityFile?: string;
  readonly knownHosts?: string;
  readonly settings?: VmConnectionSettings;
  readonly asked?: UnknownHostKey[];
}

async function connect(target: string, attempt: Attempt = {}): Promise<Machine> {
  writeFileSync(file('config'), attempt.config ?? '');
  if (attempt.knownHosts !== undefined) writeFileSync(file('known_hosts'), attempt.knownHosts);
  const connector = createMachineConnector({
    knownHosts: { user: file('known_hosts'), others: [] },
    agentSocket: null,
    defaultKeyFiles: [],
    sshConfigFiles: { user: file('config'), system: file('none') },
    ...attempt.settings,
  });
  const { identityFile, user = 'root' } = attempt;
  const vm = { name: target, host: target, user, ...(identityFile === undefined ? {} : { identityFile }) };
  const machine = await connector.connectVm(vm, async (key) => {
    attempt.asked?.push(key);
    return 'trustAndRemember';
  });
  machines.push(machine);
  return machine;
}

async function hostNameOf(machine: Machine): Promise<string> {
  const command = machine.commands.run(['hostname']);
  const lines: string[] = [];
  for await (const { text } of command.lines) lines.push(text);
  await command.exit;
  return lines.join();
}

async function withSshdSettings(host: TestHost, lines: string, action: () => Promise<unknown>): Promise<void> {
  const settings = '/etc/ssh/sshd_config.d/00-suite.conf';
  const restart = async (): Promise<void> => {
    await host.killSshd();
    await host.startSshd();
  };
  await host.console(['sh', '-c', `printf '%s\\n' "$1" > ${settings}`, 'settings', lines]);
  await restart();
  try {
    await action();
  } finally {
    await host.console(['rm', settings]);
    await restart();
  }
}

const failure = (pattern: RegExp, remedy: RegExp) => (error: Error & { remedy?: string }) => {
  assert.match(error.message, pattern);
  assert.match(error.remedy ?? '', remedy);
  return true;
};

describe("a user's certificate", () => {
  const types: readonly (readonly [name: string, type: readonly string[]])[] = [
    ['ed25519', ['-t', 'ed25519']],
    ['ecdsa-256', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa-384', ['-t', 'ecdsa', '-b', '384']],
    ['ecdsa-521', ['-t', 'ecdsa', '-b', '521']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
  ];
  const trust = 'TrustedUserCAKeys /etc/ssh/user_ca.pub\n';
  before(async () => {
    makeKey('user_ca');
    makeKey('stranger_ca');
    for (const [name, type] of types) {
      makeKey(name, type);
      certify(name, 'user_ca', '-n', 'root');
    }
    await vm1.writeFile('/etc/ssh/user_ca.pub', read('user_ca.pub'));
    await bastion.writeFile('/etc/ssh/user_ca.pub', read('user_ca.pub'));
  });

  for (const [name] of types) {
    it(`of an ${name} key beside its file lets in`, () =>
      withSshdSettings(vm1, trust, async () => {
        assert.equal(await hostNameOf(await connect(vm1.address, { identityFile: file(name) })), 'vm1');
      }));
  }
  it('of an RSA key is signed for with what the server takes', async () => {
    for (const algorithm of [
      'rsa-sha2-256-cert-v01@openssh.com,rsa-sha2-256',
      'rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-512',
    ]) {
      await withSshdSettings(vm1, `${trust}PubkeyAcceptedAlgorithms ${algorithm}\n`, async () => {
        assert.equal(await hostNameOf(await connect(vm1.address, { identityFile: file('rsa') })), 'vm1');
      });
    }
  });

  it('is taken from where CertificateFile says, for a key elsewhere', () =>
    withSshdSettings(vm1, trust, async () => {
      makeKey('apart');
      execFileSync('mv', [certify('apart', 'user_ca', '-n', 'root'), file('my-certificate')]);
      const config = `Host *\n  IdentityFile ${file('apart')}\n  CertificateFile ${file('my-certificate')}\n`;
      assert.equal(await hostNameOf(await connect(vm1.address, { config })), 'vm1');
    }));
  it('for a name that sshd maps to the login lets in', async () => {
    makeKey('mapped');
    certify('mapped', 'user_ca', '-n', 'operators');
    await vm1.writeFile('/etc/ssh/principals', 'operators\n');
    await withSshdSettings(vm1, `${trust}AuthorizedPrincipalsFile /etc/ssh/principals\n`, async () => {
      assert.equal(await hostNameOf(await connect(vm1.address, { identityFile: file('mapped') })), 'vm1');
    });
  });
  it('of a locked key asks for the passphrase once', () =>
    withSshdSettings(vm1, trust, async () => {
      makeKey('locked', ['-t', 'ed25519'], 'sesame');
      certify('locked', 'user_ca', '-n', 'root');
      for (const attempt of [{ identityFile: file('locked') }, { config: `IdentityFile ${file('locked')}\n` }]) {
        let asked = 0;
        const passphrase = async (): Promise<string> => {
          asked += 1;
          return 'sesame';
        };
        const machine = await connect(vm1.address, { ...attempt, settings: { prompts: promptsWith({ passphrase }) } });
        assert.equal(await hostNameOf(machine), 'vm1');
        assert.equal(asked, 1);
      }
    }));
  it('lets in through a jump host that takes one too', async () => {
    makeKey('traveller');
    certify('traveller', 'user_ca', '-n', 'root,deploy');
    const config = [
      `Host *\n  IdentityFile ${file('traveller')}`,
      `Host claw\n  HostName ${vm1.address}\n  ProxyJump deploy@${bastion.address}\n`,
    ].join('\n');
    await withSshdSettings(bastion, trust, () =>
      withSshdSettings(vm1, trust, async () => {
        assert.equal(await hostNameOf(await connect('claw', { config })), 'vm1');
      }),
    );
  });

  it('that has expired is said to, with the next step', () =>
    withSshdSettings(vm1, trust, async () => {
      makeKey('old');
      certify('old', 'user_ca', '-n', 'root', '-V', '20200101:20200201', '-z', '7');
      await assert.rejects(
        connect(vm1.address, { identityFile: file('old') }),
        failure(/old-cert\.pub \(the certificate "old of the suite", serial 7 expired on 2020-0/, /signed anew/),
      );
    }));
  it('that is not valid yet is said to be so', () =>
    withSshdSettings(vm1, trust, async () => {
      makeKey('early');
      certify('early', 'user_ca', '-n', 'root', '-V', '20990101:20990201');
      await assert.rejects(
        connect(vm1.address, { identityFile: file('early') }),
        failure(
          /"early of the suite" is valid only from 2098-12-31|"early of the suite" is valid only from 2099-01-01/,
          /signed anew/,
        ),
      );
    }));
  it('for another name is said to be so', () =>
    withSshdSettings(vm1, trust, async () => {
      makeKey('alice');
      certify('alice', 'user_ca', '-n', 'alice,bob');
      await assert.rejects(
        connect(vm1.address, { identityFile: file('alice') }),
        failure(/"alice of the suite" is for "alice", "bob"\)/, /a certificate for "root"/),
      );
    }));
  it('that is not valid leaves the plain key to be tried first, within two attempts', async () => {
    makeKey('both');
    await vm1.console(['sh', '-c', 'echo "$1" >>/root/.ssh/authorized_keys', 'authorize', read('both.pub')]);
    for (const options of [
      ['-V', '20200101:20200201'],
      ['-n', 'alice'],
      ['-h', '-n', 'root'],
    ]) {
      certify('both', 'user_ca', '-n', 'root', ...options);
      await withSshdSettings(vm1, `${trust}MaxAuthTries 2\n`, async () => {
        assert.equal(await hostNameOf(await connect(vm1.address, { identityFile: file('both') })), 'vm1');
      });
    }
  });
  it('of a host is left out, which is said', () =>
    withSshdSettings(vm1, trust, async () => {
      makeKey('hostly');
      certify('hostly', 'user_ca', '-h', '-n', 'root');
      await assert.rejects(
        connect(vm1.address, { identityFile: file('hostly') }),
        failure(/hostly-cert\.pub \(left out: the certificate "hostly of the suite" is for a host/, /made for you/),
      );
    }));
  it('of an authority that the server does not know, or that is revoked, is refused', async () => {
    makeKey('foreign');
    certify('foreign', 'stranger_ca', '-n', 'root');
    await withSshdSettings(vm1, trust, () =>
      assert.rejects(
        connect(vm1.address, { identityFile: file('foreign') }),
        /Tried: .*foreign-cert\.pub, .*foreign\./,
      ),
    );
    await vm1.writeFile('/etc/ssh/revoked', read('user_ca.pub'));
    await withSshdSettings(vm1, `${trust}RevokedKeys /etc/ssh/revoked\n`, () =>
      assert.rejects(connect(vm1.address, { identityFile: file('ed25519') }), { problem: 'authenticationFailed' }),
    );
  });
  it('without its private key is left out, and so is one that is damaged', () =>
    withSshdSettings(vm1, trust, async () => {
      makeKey('bare');
      writeFileSync(file('damaged-cert.pub'), read('ed25519-cert.pub').replace(/ (AAAA.{80})\S+/, ' $1'));
      const config = ['ed25519-cert.pub', 'damaged-cert.pub', 'none-cert.pub', 'bare.pub']
        .map((name) => `CertificateFile ${file(name)}\n`)
        .join('');
      await assert.rejects(
        connect(vm1.address, { config: `IdentityFile ${file('bare')}\n${config}` }),
        (error: Error) => {
          assert.match(error.message, /ed25519-cert\.pub \(left out: its private key was not found\)/);
          assert.match(error.message, /damaged-cert\.pub \(left out: it is damaged\)/);
          assert.match(error.message, /none-cert\.pub \(left out: it does not exist\)/);
          assert.match(error.message, /bare\.pub \(left out: it is not a certificate\)/);
          return true;
        },
      );
    }));

  describe('that the agent holds', () => {
    const socket = file('agent');
    let agent: ReturnType<typeof spawn>;
    const add = (...args: readonly string[]): string =>
      execFileSync('ssh-add', ['-q', ...args], { env: { ...process.env, SSH_AUTH_SOCK: socket }, encoding: 'utf8' });
    before(async () => {
      agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      while (!existsSync(socket)) await delay(10);
    });
    after(async () => {
      agent.kill();
      await once(agent, 'exit');
    });
    afterEach(() => void add('-D'));

    for (const [name] of types) {
      it(`lets in with an ${name} key`, () =>
        withSshdSettings(vm1, trust, async () => {
          add(file(name));
          assert.equal(await hostNameOf(await connect(vm1.address, { settings: { agentSocket: socket } })), 'vm1');
        }));
    }
    it('is tried before its plain keys, so that twenty of them are not too many', () =>
      withSshdSettings(vm1, `${trust}MaxAuthTries 2\n`, async () => {
        for (let index = 0; index < 20; index += 1) add(makeKey(`many-${index}`));
        add(file('ed25519'));
        assert.equal(await hostNameOf(await connect(vm1.address, { settings: { agentSocket: socket } })), 'vm1');
      }));
    it('belongs to the one key that the settings name', () =>
      withSshdSettings(vm1, trust, async () => {
        add(makeAndCertify('held'));
        rmSync(file('held-cert.pub'));
        const attempt = { identityFile: file('held'), settings: { agentSocket: socket } };
        assert.equal(await hostNameOf(await connect(vm1.address, attempt)), 'vm1');
      }));
    it('signs for a certificate that lies in a file', () =>
      withSshdSettings(vm1, trust, async () => {
        makeAndCertify('split');
        execFileSync('mv', [file('split-cert.pub'), file('split-aside')]);
        add(file('split'));
        execFileSync('mv', [file('split-aside'), file('split-cert.pub')]);
        rmSync(file('split'));
        const config = `IdentityFile ${file('split')}\nIdentitiesOnly yes\n`;
        assert.equal(
          await hostNameOf(await connect(vm1.address, { config, settings: { agentSocket: socket } })),
          'vm1',
        );
      }));
    it('says why it was not taken', () =>
      withSshdSettings(vm1, trust, async () => {
        makeKey('stale');
        certify('stale', 'user_ca', '-n', 'root', '-V', '20200101:20200201');
        add(file('stale'));
        await assert.rejects(
          connect(vm1.address, { settings: { agentSocket: socket } }),
          failure(/2 keys of the SSH agent \(the certificate "stale of the suite" expired on/, /signed anew/),
        );
      }));
    function makeAndCertify(name: string): string {
      makeKey(name);
      certify(name, 'user_ca', '-n', 'root');
      return file(name);
    }
  });
});

describe("a host's certificate", () => {
  const keys: readonly (readonly [name: string, type: readonly string[], keyType: string])[] = [
    ['host-ed25519', ['-t', 'ed25519'], 'ssh-ed25519'],
    ['host-ecdsa-256', ['-t', 'ecdsa', '-b', '256'], 'ecdsa-sha2-nistp256'],
    ['host-ecdsa-384', ['-t', 'ecdsa', '-b', '384'], 'ecdsa-sha2-nistp384'],
    ['host-ecdsa-521', ['-t', 'ecdsa', '-b', '521'], 'ecdsa-sha2-nistp521'],
    ['host-rsa', ['-t', 'rsa', '-b', '2048'], 'ssh-rsa'],
  ];
  const authorities: readonly (readonly [name: string, type: readonly string[]])[] = [
    ['ca-ed25519', ['-t', 'ed25519']],
    ['ca-ecdsa-384', ['-t', 'ecdsa', '-b', '384']],
    ['ca-rsa', ['-t', 'rsa', '-b', '2048']],
  ];
  before(() => {
    for (const [name, type] of [...keys, ...authorities]) makeKey(name, type);
  });
  const authorityLine = (patterns: string, authority = 'ca-ed25519', marker = '@cert-authority'): string =>
    `${marker} ${patterns} ${read(`${authority}.pub`)}`;
  const plainLine = (name: string, patterns = vm1.address): string => `${patterns} ${read(`${name}.pub`)}`;

  /** sshd with one host key and the certificate that is made for it by these options. */
  async function withCertificate(
    host: TestHost,
    name: string,
    authority: string,
    options: readonly string[],
    action: () => Promise<unknown>,
    moreSettings = '',
  ): Promise<void> {
    certify(name, authority, ...options);
    for (const suffix of ['', '.pub', '-cert.pub'])
      await host.writeFile(`/etc/ssh/suite_key${suffix}`, read(`${name}${suffix}`));
    await host.console(['chmod', '600', '/etc/ssh/suite_key']);
    const settings = 'HostKey /etc/ssh/suite_key\nHostCertificate /etc/ssh/suite_key-cert.pub\n';
    await withSshdSettings(host, `${settings}${moreSettings}`, action);
  }
  const attempt = (knownHosts: string, asked?: UnknownHostKey[]): Attempt => ({
    knownHosts,
    identityFile: vm1.keyFile,
    ...(asked === undefined ? {} : { asked }),
  });
  const principal = (): readonly string[] => ['-h', '-n', vm1.address];

  for (const [name] of keys) {
    it(`of a ${name} key is trusted without a question`, () =>
      withCertificate(vm1, name, 'ca-ed25519', principal(), async () => {
        const asked: UnknownHostKey[] = [];
        assert.equal(await hostNameOf(await connect(vm1.address, attempt(authorityLine('10.77.*'), asked))), 'vm1');
        assert.deepEqual(asked, []);
        assert.equal(read('known_hosts'), authorityLine('10.77.*'));
      }));
  }
  for (const [authority] of authorities) {
    it(`of the authority ${authority} is trusted without a question`, () =>
      withCertificate(vm1, 'host-ed25519', authority, principal(), async () => {
        const asked: UnknownHostKey[] = [];
        await connect(vm1.address, attempt(authorityLine(vm1.address, authority), asked));
        assert.deepEqual(asked, []);
      }));
  }

  it('vouches on every port, under a hashed name, and under the alias of the host key', () =>
    withCertificate(
      vm1,
      'host-ed25519',
      'ca-ed25519',
      ['-h', '-n', `${vm1.address},compute.4711`],
      async () => {
        writeFileSync(file('hashed'), authorityLine(vm1.address));
        keygen('-H', '-f', file('hashed'));
        for (const [knownHosts, config] of [
          [authorityLine(vm1.address), 'Port 2222'],
          [authorityLine(`[${vm1.address}]:2222`), 'Port 2222'],
          [authorityLine('compute.*'), 'HostKeyAlias compute.4711'],
          [read('hashed'), ''],
        ] as const) {
          const asked: UnknownHostKey[] = [];
          await connect('claw', {
            ...attempt(knownHosts, asked),
            config: `Host claw\n  HostName ${vm1.address}\n  ${config}\n  StrictHostKeyChecking yes\n`,
          });
          assert.deepEqual(asked, []);
        }
      },
      'Port 22\nPort 2222\n',
    ));
  for (const exchange of [
    'curve25519-sha256',
    'ecdh-sha2-nistp384',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group-exchange-sha256',
  ]) {
    it(`vouches in the key exchange ${exchange}`, () =>
      withCertificate(
        vm1,
        'host-rsa',
        'ca-ed25519',
        principal(),
        async () => {
          const asked: UnknownHostKey[] = [];
          await connect(vm1.address, attempt(authorityLine(vm1.address), asked));
          assert.deepEqual(asked, []);
        },
        `KexAlgorithms ${exchange}\n`,
      ));
  }
  it('vouches again when keys are exchanged anew', () =>
    withCertificate(
      vm1,
      'host-ecdsa-256',
      'ca-ed25519',
      principal(),
      async () => {
        const asked: UnknownHostKey[] = [];
        const machine = await connect(vm1.address, attempt(authorityLine(vm1.address), asked));
        const command = machine.commands.run(['sh', '-c', 'head -c 300000 /dev/zero | base64 -w 100']);
        let lines = 0;
        for await (const _line of command.lines) lines += 1;
        assert.equal((await command.exit).code, 0);
        assert.equal(lines, 4000);
        assert.deepEqual(asked, []);
      },
      'KexAlgorithms curve25519-sha256\nRekeyLimit 128K\n',
    ));
  it('vouches for a jump host and for the VM behind it', () =>
    withCertificate(bastion, 'host-ecdsa-256', 'ca-ed25519', ['-h', '-n', bastion.address], () =>
      withCertificate(vm1, 'host-ed25519', 'ca-ed25519', principal(), async () => {
        const asked: UnknownHostKey[] = [];
        const config = `Host *\n  IdentityFile ${vm1.keyFile}\nHost claw\n  HostName ${vm1.address}\n  ProxyJump root@${bastion.address}\n`;
        const machine = await connect('claw', { config, knownHosts: authorityLine('10.77.*'), asked });
        assert.equal(await hostNameOf(machine), 'vm1');
        assert.deepEqual(asked, []);
      }),
    ));
  it('is not needed where the plain key is known', () =>
    withCertificate(vm1, 'host-ed25519', 'ca-ed25519', ['-h', '-n', 'other.example.com'], async () => {
      for (const more of ['', authorityLine('10.77.*')]) {
        const asked: UnknownHostKey[] = [];
        await connect(vm1.address, attempt(`${plainLine('host-ed25519')}${more}`, asked));
        assert.deepEqual(asked, []);
      }
    }));

  /** What ssh itself does with the host key where it may not ask. */
  async function sshTrusts(): Promise<boolean> {
    const options = [
      `UserKnownHostsFile=${file('known_hosts')}`,
      'GlobalKnownHostsFile=none',
      'StrictHostKeyChecking=yes',
    ];
    const args = [
      '-F',
      'none',
      ...options.flatMap((option) => ['-o', option]),
      '-i',
      vm1.keyFile,
      `root@${vm1.address}`,
      'true',
    ];
    const child = spawn('ssh', args, { stdio: 'ignore' });
    return (await once(child, 'exit'))[0] === 0;
  }
  const unfit: readonly (readonly [
    what: string,
    options: () => readonly string[],
    knownHosts: () => string,
    note: RegExp,
    authority?: string,
  ])[] = [
    [
      'that has expired',
      () => [...principal(), '-V', '20200101:20200201'],
      () => authorityLine('10.77.*'),
      /expired on 2020-0/,
    ],
    [
      'that is not valid yet',
      () => [...principal(), '-V', '20990101:20990201'],
      () => authorityLine('10.77.*'),
      /is valid only from 209/,
    ],
    [
      'for another host',
      () => ['-h', '-n', 'vm9.example.com,web*'],
      () => authorityLine('10.77.*'),
      /is for "vm9\.example\.com", "web\*", not for "10\.77/,
    ],
    [
      'of an authority that is not known',
      principal,
      () => authorityLine('10.77.*', 'ca-rsa'),
      /is of an authority that is not known \(ssh-ed25519 SHA256:/,
    ],
    [
      'that is signed with SHA-1',
      () => [...principal(), '-t', 'ssh-rsa'],
      () => authorityLine('10.77.*', 'ca-rsa'),
      /is signed with ssh-rsa, which is not safe/,
      'ca-rsa',
    ],
  ];
  for (const [what, options, knownHosts, note, authority = 'ca-ed25519'] of unfit) {
    it(`${what} is as good as none: the plain key is asked about, which is said`, () =>
      withCertificate(vm1, 'host-ed25519', authority, options(), async () => {
        const asked: UnknownHostKey[] = [];
        const config = 'StrictHostKeyChecking yes\n';
        await assert.rejects(
          connect(vm1.address, { ...attempt(knownHosts(), asked), config }),
          (error: Error & { problem?: string }) => {
            assert.equal(error.problem, 'hostKeyRefused');
            assert.match(error.message, note);
            return true;
          },
        );
        assert.equal(await sshTrusts(), false);
        await connect(vm1.address, attempt(knownHosts(), asked));
        const fingerprint = keygen('-lf', file('host-ed25519.pub')).split(' ')[1];
        assert.deepEqual(
          asked.map((key) => key.fingerprint),
          [fingerprint],
        );
        assert.match(asked[0]?.certificateNote ?? '', note);
        assert.equal(await sshTrusts(), true);
      }));
  }
  it('of a host that the authority is not trusted for is not asked for', () =>
    withCertificate(vm1, 'host-ed25519', 'ca-ed25519', principal(), async () => {
      const asked: UnknownHostKey[] = [];
      await connect(vm1.address, attempt(authorityLine('*.example.com,!10.77.*'), asked));
      assert.equal(asked.length, 1);
      assert.equal(asked[0]?.certificateNote, undefined);
    }));
  it('of a revoked authority, or of a revoked key, is refused, with the line', () =>
    withCertificate(vm1, 'host-ed25519', 'ca-ed25519', principal(), async () => {
      const revoked: readonly (readonly [line: string, what: RegExp])[] = [
        [
          authorityLine('*', 'ca-ed25519', '@revoked'),
          /showed a certificate of an authority that .*known_hosts:2 marks as revoked/,
        ],
        [authorityLine('*', 'host-ed25519', '@revoked'), /showed a host key that .*known_hosts:2 marks as revoked/],
      ];
      for (const [line, what] of revoked) {
        const asked: UnknownHostKey[] = [];
        const knownHosts = `${authorityLine('10.77.*')}${line}`;
        await assert.rejects(connect(vm1.address, attempt(knownHosts, asked)), what);
        assert.deepEqual(asked, []);
        assert.equal(await sshTrusts(), false);
      }
    }));
  it('that is missing, where known_hosts trusts the host by one, is said to be', async () => {
    const config = 'StrictHostKeyChecking yes\n';
    await assert.rejects(
      connect(vm1.address, { ...attempt(authorityLine('10.77.*')), config }),
      /known_hosts:1 trusts the host by certificate, and it showed none/,
    );
  });
});
