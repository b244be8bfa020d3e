import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'node:test';
import type { UnknownHostKey } from '../../src/application/ports/MachineConnector.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { type Attempt, hostNameOf, KeyFolder, withSshdSettings, writeByConsole } from '../support/KeyFolder.ts';

/* Certificates of hosts, made by ssh-keygen, shown by sshd, and judged as ssh judges them. */

const hosts = withTestHosts(['vm1', 'bastion'], { images: [] });
const keys = new KeyFolder();
let vm1: TestHost;
let bastion: TestHost;

before(async () => {
  await hosts.up();
  vm1 = hosts.get('vm1');
  bastion = hosts.get('bastion');
});
afterEach(() => keys.closeConnections());
after(async () => {
  await hosts.down();
  keys.remove();
});

describe("a host's certificate", () => {
  const hostKeys: readonly (readonly [name: string, type: readonly string[], keyType: string])[] = [
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
    for (const [name, type] of [...hostKeys, ...authorities]) keys.makeKey(name, type);
  });
  const authorityLine = (patterns: string, authority = 'ca-ed25519', marker = '@cert-authority'): string =>
    `${marker} ${patterns} ${keys.read(`${authority}.pub`)}`;
  const plainLine = (name: string, patterns = vm1.address): string => `${patterns} ${keys.read(`${name}.pub`)}`;

  /** sshd with one host key and the certificate that is made for it by these options. */
  async function withCertificate(
    host: TestHost,
    name: string,
    authority: string,
    options: readonly string[],
    action: () => Promise<unknown>,
    moreSettings = '',
  ): Promise<void> {
    keys.certify(name, authority, ...options);
    for (const suffix of ['', '.pub', '-cert.pub'])
      await writeByConsole(host, `/etc/ssh/suite_key${suffix}`, keys.read(`${name}${suffix}`));
    const settings = `# ${keys.read(`${name}-cert.pub`)}HostKey /etc/ssh/suite_key\nHostCertificate /etc/ssh/suite_key-cert.pub\n`;
    await withSshdSettings(host, `${settings}${moreSettings}`, action);
  }
  const attempt = (knownHosts: string, asked?: UnknownHostKey[]): Attempt => ({
    knownHosts,
    identityFile: vm1.keyFile,
    ...(asked === undefined ? {} : { asked }),
  });
  const principal = (): readonly string[] => ['-h', '-n', vm1.address];

  for (const [name] of hostKeys) {
    it(`of a ${name} key is trusted without a question`, () =>
      withCertificate(vm1, name, 'ca-ed25519', principal(), async () => {
        const asked: UnknownHostKey[] = [];
        assert.equal(
          await hostNameOf(await keys.connect(vm1.address, attempt(authorityLine('10.77.*'), asked))),
          'vm1',
        );
        assert.deepEqual(asked, []);
        assert.equal(keys.read('known_hosts'), authorityLine('10.77.*'));
      }));
  }
  for (const [authority] of authorities) {
    it(`of the authority ${authority} is trusted without a question`, () =>
      withCertificate(vm1, 'host-ed25519', authority, principal(), async () => {
        const asked: UnknownHostKey[] = [];
        await keys.connect(vm1.address, attempt(authorityLine(vm1.address, authority), asked));
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
        writeFileSync(keys.file('hashed'), authorityLine(vm1.address));
        keys.keygen('-H', '-f', keys.file('hashed'));
        for (const [knownHosts, config] of [
          [authorityLine(vm1.address), 'Port 2222'],
          [authorityLine(`[${vm1.address}]:2222`), 'Port 2222'],
          [authorityLine('compute.*'), 'HostKeyAlias compute.4711'],
          [keys.read('hashed'), ''],
        ] as const) {
          const asked: UnknownHostKey[] = [];
          await keys.connect('claw', {
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
          await keys.connect(vm1.address, attempt(authorityLine(vm1.address), asked));
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
        const machine = await keys.connect(vm1.address, attempt(authorityLine(vm1.address), asked));
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
        const machine = await keys.connect('claw', { config, knownHosts: authorityLine('10.77.*'), asked });
        assert.equal(await hostNameOf(machine), 'vm1');
        assert.deepEqual(asked, []);
      }),
    ));
  it('is not needed where the plain key is known', () =>
    withCertificate(vm1, 'host-ed25519', 'ca-ed25519', ['-h', '-n', 'other.example.com'], async () => {
      for (const more of ['', authorityLine('10.77.*')]) {
        const asked: UnknownHostKey[] = [];
        await keys.connect(vm1.address, attempt(`${plainLine('host-ed25519')}${more}`, asked));
        assert.deepEqual(asked, []);
      }
    }));

  /** What ssh itself does with the host key where it may not ask. */
  async function sshTrusts(...more: readonly string[]): Promise<boolean> {
    const options = [
      `UserKnownHostsFile=${keys.file('known_hosts')}`,
      'GlobalKnownHostsFile=none',
      'StrictHostKeyChecking=yes',
    ];
    const args = [
      '-F',
      'none',
      ...options.flatMap((option) => ['-o', option]),
      ...more,
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
          keys.connect(vm1.address, { ...attempt(knownHosts(), asked), config }),
          (error: Error & { problem?: string }) => {
            assert.equal(error.problem, 'hostKeyRefused');
            assert.match(error.message, note);
            return true;
          },
        );
        assert.equal(await sshTrusts(), false);
        await keys.connect(vm1.address, attempt(knownHosts(), asked));
        const fingerprint = keys.keygen('-lf', keys.file('host-ed25519.pub')).split(' ')[1];
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
      await keys.connect(vm1.address, attempt(authorityLine('*.example.com,!10.77.*'), asked));
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
        await assert.rejects(keys.connect(vm1.address, attempt(knownHosts, asked)), what);
        assert.deepEqual(asked, []);
        assert.equal(await sshTrusts(), false);
      }
    }));
  it('is all that counts where HostKeyAlgorithms names nothing else', () =>
    withCertificate(vm1, 'host-ed25519', 'ca-ed25519', principal(), async () => {
      const config = 'HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com\n';
      assert.equal(
        await hostNameOf(await keys.connect(vm1.address, { ...attempt(authorityLine('*')), config })),
        'vm1',
      );
      assert.equal(await sshTrusts('-o', config.trim()), true);
      const other = config.replace('ed25519', 'rsa');
      await assert.rejects(
        keys.connect(vm1.address, { ...attempt(authorityLine('*')), config: other }),
        /leaves nothing/,
      );
      const ecdsa = 'HostKeyAlgorithms ecdsa-sha2-nistp256-cert-v01@openssh.com\n';
      await assert.rejects(
        keys.connect(vm1.address, { ...attempt(authorityLine('*')), config: ecdsa }),
        /does not talk SSH with us/,
      );
      assert.equal(await sshTrusts('-o', ecdsa.trim()), false);
    }));
  it('is not trusted where CASignatureAlgorithms leaves its authority no signature', () =>
    withCertificate(vm1, 'host-ed25519', 'ca-ed25519', principal(), async () => {
      const config = 'StrictHostKeyChecking yes\nCASignatureAlgorithms -ssh-ed25519\n';
      await assert.rejects(
        keys.connect(vm1.address, { ...attempt(authorityLine('*')), config }),
        /is signed with ssh-ed25519, which is not allowed/,
      );
      assert.equal(await sshTrusts('-o', 'CASignatureAlgorithms=-ssh-ed25519'), false);
    }));
  it('or key that a file of RevokedHostKeys lists is refused, as ssh does', () =>
    withCertificate(vm1, 'host-ed25519', 'ca-ed25519', [...principal(), '-z', '7'], async () => {
      const knownHosts = authorityLine('10.77.*');
      const file = keys.file('revoked');
      const specification = keys.file('specification');
      writeFileSync(specification, 'serial: 7\n');
      const lists: readonly (readonly [make: () => void, what: RegExp | undefined])[] = [
        [() => writeFileSync(file, ''), undefined],
        [() => writeFileSync(file, `# lost\n${keys.read('host-rsa.pub')}`), undefined],
        [() => writeFileSync(file, keys.read('host-ed25519.pub')), /showed a host key that .*revoked marks as revoked/],
        [() => keys.keygen('-k', '-f', file, '-s', keys.file('ca-rsa.pub'), specification), undefined],
        [
          () => keys.keygen('-k', '-f', file, '-s', keys.file('ca-ed25519.pub'), specification),
          /showed a certificate that .*revoked marks as revoked/,
        ],
        [
          () => keys.keygen('-k', '-f', file, keys.file('ca-ed25519.pub')),
          /showed a certificate of an authority that .*revoked marks as revoked/,
        ],
        [() => writeFileSync(file, 'nonsense\n'), /revoked \(RevokedHostKeys .*\) holds no public key in line 1/],
        [() => rmSync(file), /revoked \(RevokedHostKeys .*\) could not be read/],
      ];
      const config = `RevokedHostKeys ${file}\n`;
      for (const [make, what] of lists) {
        make();
        const connecting = keys.connect(vm1.address, { ...attempt(knownHosts), config });
        if (what === undefined) await connecting;
        else await assert.rejects(connecting, what);
        assert.equal(await sshTrusts('-o', config.trim()), what === undefined);
      }
    }));
  it('that is missing, where known_hosts trusts the host by one, is said to be', async () => {
    const config = 'StrictHostKeyChecking yes\n';
    await withSshdSettings(vm1, '', () =>
      assert.rejects(
        keys.connect(vm1.address, { ...attempt(authorityLine('10.77.*')), config }),
        /known_hosts:1 trusts the host by certificate, and it showed none/,
      ),
    );
  });
});

describe('a plain host key', () => {
  const ofType = (name: string): string => {
    keys.makeKey(name, ['-t', name]);
    return keys.read(`${name}.pub`);
  };
  const withKey = async (name: string, action: () => Promise<unknown>): Promise<void> => {
    await writeByConsole(vm1, `/etc/ssh/plain_${name}`, keys.read(name));
    await withSshdSettings(vm1, `HostKey /etc/ssh/plain_${name}\n`, action);
  };
  const refused = (knownHosts: string): Promise<unknown> => {
    const asked: UnknownHostKey[] = [];
    return keys.connect(vm1.address, { knownHosts, identityFile: vm1.keyFile, asked }).then(
      () => assert.fail('the key was taken'),
      (error: Error & { problem?: string }) => {
        assert.deepEqual(asked, []);
        assert.equal(error.problem, 'hostKeyChanged');
        return error.message;
      },
    );
  };

  it('of another type than the one that is known is refused, and one that is revoked', async () => {
    const known = ofType('ed25519');
    const shown = ofType('ecdsa');
    await withKey('ecdsa', async () => {
      assert.match(
        String(await refused(`${vm1.address} ${known}`)),
        /showed SHA256:\S+ \(ecdsa-sha2-nistp256\), but .*known_hosts:1 knows SHA256:/,
      );
      assert.match(
        String(await refused(`${vm1.address} ${shown}@revoked * ${shown}`)),
        /showed a host key that .*known_hosts:2 marks as revoked/,
      );
    });
  });
  it('is asked for by the type that is known, where the server has several', async () => {
    await withSshdSettings(vm1, 'HostKey /etc/ssh/ssh_host_ed25519_key\nHostKey /etc/ssh/plain_ecdsa\n', async () => {
      const asked: UnknownHostKey[] = [];
      const knownHosts = `${vm1.address} ${keys.read('ecdsa.pub')}`;
      await keys.connect(vm1.address, { knownHosts, identityFile: vm1.keyFile, asked });
      assert.deepEqual(asked, []);
    });
  });
});
