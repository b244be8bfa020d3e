import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { failure, hostNameOf, KeyFolder, withSshdSettings } from '../support/KeyFolder.ts';
import { promptsWith } from '../support/promptsWith.ts';
import { type SecurityKeyAgent, startSecurityKeyAgent } from '../support/securityKeyAgent.ts';

/* Certificates of users, made by ssh-keygen and judged by sshd. */

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
    keys.makeKey('user_ca');
    keys.makeKey('stranger_ca');
    for (const [name, type] of types) {
      keys.makeKey(name, type);
      keys.certify(name, 'user_ca', '-n', 'root');
    }
    await vm1.writeFile('/etc/ssh/user_ca.pub', keys.read('user_ca.pub'));
    await bastion.writeFile('/etc/ssh/user_ca.pub', keys.read('user_ca.pub'));
  });

  for (const [name] of types) {
    it(`of an ${name} key beside its file lets in`, () =>
      withSshdSettings(vm1, trust, async () => {
        assert.equal(await hostNameOf(await keys.connect(vm1.address, { identityFile: keys.file(name) })), 'vm1');
      }));
  }
  it('of an RSA key is signed for with what the server takes', async () => {
    for (const algorithm of [
      'rsa-sha2-256-cert-v01@openssh.com,rsa-sha2-256',
      'rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-512',
    ]) {
      await withSshdSettings(vm1, `${trust}PubkeyAcceptedAlgorithms ${algorithm}\n`, async () => {
        assert.equal(await hostNameOf(await keys.connect(vm1.address, { identityFile: keys.file('rsa') })), 'vm1');
      });
    }
  });

  it('is taken from where CertificateFile says, for a key elsewhere', () =>
    withSshdSettings(vm1, trust, async () => {
      keys.makeKey('apart');
      execFileSync('mv', [keys.certify('apart', 'user_ca', '-n', 'root'), keys.file('my-certificate')]);
      const config = `Host *\n  IdentityFile ${keys.file('apart')}\n  CertificateFile ${keys.file('my-certificate')}\n`;
      assert.equal(await hostNameOf(await keys.connect(vm1.address, { config })), 'vm1');
    }));
  it('for a name that sshd maps to the login lets in', async () => {
    keys.makeKey('mapped');
    keys.certify('mapped', 'user_ca', '-n', 'operators');
    await vm1.writeFile('/etc/ssh/principals', 'operators\n');
    await withSshdSettings(vm1, `${trust}AuthorizedPrincipalsFile /etc/ssh/principals\n`, async () => {
      assert.equal(await hostNameOf(await keys.connect(vm1.address, { identityFile: keys.file('mapped') })), 'vm1');
    });
  });
  it('of a locked key asks for the passphrase once', () =>
    withSshdSettings(vm1, trust, async () => {
      keys.makeKey('locked', ['-t', 'ed25519'], 'sesame');
      keys.certify('locked', 'user_ca', '-n', 'root');
      for (const attempt of [
        { identityFile: keys.file('locked') },
        { config: `IdentityFile ${keys.file('locked')}\n` },
      ]) {
        let asked = 0;
        const passphrase = async (): Promise<string> => {
          asked += 1;
          return 'sesame';
        };
        const machine = await keys.connect(vm1.address, {
          ...attempt,
          settings: { prompts: promptsWith({ passphrase }) },
        });
        assert.equal(await hostNameOf(machine), 'vm1');
        assert.equal(asked, 1);
      }
    }));
  it('lets in through a jump host that takes one too', async () => {
    keys.makeKey('traveller');
    keys.certify('traveller', 'user_ca', '-n', 'root,deploy');
    const config = [
      `Host *\n  IdentityFile ${keys.file('traveller')}`,
      `Host claw\n  HostName ${vm1.address}\n  ProxyJump deploy@${bastion.address}\n`,
    ].join('\n');
    await withSshdSettings(bastion, trust, () =>
      withSshdSettings(vm1, trust, async () => {
        assert.equal(await hostNameOf(await keys.connect('claw', { config })), 'vm1');
      }),
    );
  });

  it('that has expired is said to, with the next step', () =>
    withSshdSettings(vm1, trust, async () => {
      keys.makeKey('old');
      keys.certify('old', 'user_ca', '-n', 'root', '-V', '20200101:20200201', '-z', '7');
      await assert.rejects(
        keys.connect(vm1.address, { identityFile: keys.file('old') }),
        failure(/old-cert\.pub \(the certificate "old of the suite", serial 7 expired on 2020-0/, /signed anew/),
      );
    }));
  it('that is not valid yet is said to be so', () =>
    withSshdSettings(vm1, trust, async () => {
      keys.makeKey('early');
      keys.certify('early', 'user_ca', '-n', 'root', '-V', '20990101:20990201');
      await assert.rejects(
        keys.connect(vm1.address, { identityFile: keys.file('early') }),
        failure(
          /"early of the suite" is valid only from 2098-12-31|"early of the suite" is valid only from 2099-01-01/,
          /signed anew/,
        ),
      );
    }));
  it('for another name is said to be so', () =>
    withSshdSettings(vm1, trust, async () => {
      keys.makeKey('alice');
      keys.certify('alice', 'user_ca', '-n', 'alice,bob');
      await assert.rejects(
        keys.connect(vm1.address, { identityFile: keys.file('alice') }),
        failure(/"alice of the suite" is for "alice", "bob"\)/, /a certificate for "root"/),
      );
    }));
  it('that is not valid leaves the plain key to be tried first, within two attempts', async () => {
    keys.makeKey('both');
    await vm1.console(['sh', '-c', 'echo "$1" >>/root/.ssh/authorized_keys', 'authorize', keys.read('both.pub')]);
    for (const options of [
      ['-V', '20200101:20200201'],
      ['-n', 'alice'],
      ['-h', '-n', 'root'],
    ]) {
      keys.certify('both', 'user_ca', '-n', 'root', ...options);
      await withSshdSettings(vm1, `${trust}MaxAuthTries 2\n`, async () => {
        assert.equal(await hostNameOf(await keys.connect(vm1.address, { identityFile: keys.file('both') })), 'vm1');
      });
    }
  });
  it('of a host is left out, which is said', () =>
    withSshdSettings(vm1, trust, async () => {
      keys.makeKey('hostly');
      keys.certify('hostly', 'user_ca', '-h', '-n', 'root');
      await assert.rejects(
        keys.connect(vm1.address, { identityFile: keys.file('hostly') }),
        failure(/hostly-cert\.pub \(left out: the certificate "hostly of the suite" is for a host/, /made for you/),
      );
    }));
  it('of an authority that the server does not know, or that is revoked, is refused', async () => {
    keys.makeKey('foreign');
    keys.certify('foreign', 'stranger_ca', '-n', 'root');
    await withSshdSettings(vm1, trust, () =>
      assert.rejects(
        keys.connect(vm1.address, { identityFile: keys.file('foreign') }),
        /Tried: .*foreign-cert\.pub, .*foreign\./,
      ),
    );
    await vm1.writeFile('/etc/ssh/revoked', keys.read('user_ca.pub'));
    await withSshdSettings(vm1, `${trust}RevokedKeys /etc/ssh/revoked\n`, () =>
      assert.rejects(keys.connect(vm1.address, { identityFile: keys.file('ed25519') }), {
        problem: 'authenticationFailed',
      }),
    );
  });
  it('without its private key is left out, and so is one that is damaged', () =>
    withSshdSettings(vm1, trust, async () => {
      keys.makeKey('bare');
      writeFileSync(keys.file('damaged-cert.pub'), keys.read('ed25519-cert.pub').replace(/ (AAAA.{80})\S+/, ' $1'));
      const config = ['ed25519-cert.pub', 'damaged-cert.pub', 'none-cert.pub', 'bare.pub']
        .map((name) => `CertificateFile ${keys.file(name)}\n`)
        .join('');
      await assert.rejects(
        keys.connect(vm1.address, { config: `IdentityFile ${keys.file('bare')}\n${config}` }),
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
    const socket = keys.file('agent');
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
          add(keys.file(name));
          assert.equal(await hostNameOf(await keys.connect(vm1.address, { settings: { agentSocket: socket } })), 'vm1');
        }));
    }
    it('is tried before its plain keys, so that twenty of them are not too many', () =>
      withSshdSettings(vm1, `${trust}MaxAuthTries 2\n`, async () => {
        for (let index = 0; index < 20; index += 1) add(keys.makeKey(`many-${index}`));
        add(keys.file('ed25519'));
        assert.equal(await hostNameOf(await keys.connect(vm1.address, { settings: { agentSocket: socket } })), 'vm1');
      }));
    it('belongs to the one key that the settings name', () =>
      withSshdSettings(vm1, trust, async () => {
        add(makeAndCertify('held'));
        rmSync(keys.file('held-cert.pub'));
        const attempt = { identityFile: keys.file('held'), settings: { agentSocket: socket } };
        assert.equal(await hostNameOf(await keys.connect(vm1.address, attempt)), 'vm1');
      }));
    it('is enough by itself, and nobody is asked for the passphrase of its key', () =>
      withSshdSettings(vm1, trust, async () => {
        keys.makeKey('alone', ['-t', 'ed25519'], 'sesame');
        const certificate = keys.certify('alone', 'user_ca', '-n', 'root');
        const open = keys.makeKey('copy');
        execFileSync('cp', [keys.file('alone'), open]);
        keys.keygen('-p', '-P', 'sesame', '-N', '', '-f', open);
        execFileSync('cp', [keys.file('alone.pub'), `${open}.pub`]);
        execFileSync('mv', [certificate, `${open}-cert.pub`]);
        add(open);
        rmSync(`${open}-cert.pub`);
        // Without its certificate's file, the plain key alone is taken out.
        add('-d', `${open}.pub`);
        const asked: string[] = [];
        const passphrase = async (file: string): Promise<undefined> => void asked.push(file);
        const settings = { agentSocket: socket, prompts: promptsWith({ passphrase }) };
        assert.equal(
          await hostNameOf(await keys.connect(vm1.address, { identityFile: keys.file('alone'), settings })),
          'vm1',
        );
        assert.deepEqual(asked, []);
      }));
    it('signs for a certificate that lies in a file', () =>
      withSshdSettings(vm1, trust, async () => {
        makeAndCertify('split');
        execFileSync('mv', [keys.file('split-cert.pub'), keys.file('split-aside')]);
        add(keys.file('split'));
        execFileSync('mv', [keys.file('split-aside'), keys.file('split-cert.pub')]);
        rmSync(keys.file('split'));
        const config = `IdentityFile ${keys.file('split')}\nIdentitiesOnly yes\n`;
        assert.equal(
          await hostNameOf(await keys.connect(vm1.address, { config, settings: { agentSocket: socket } })),
          'vm1',
        );
      }));
    it('says why it was not taken', () =>
      withSshdSettings(vm1, trust, async () => {
        keys.makeKey('stale');
        keys.certify('stale', 'user_ca', '-n', 'root', '-V', '20200101:20200201');
        add(keys.file('stale'));
        await assert.rejects(
          keys.connect(vm1.address, { settings: { agentSocket: socket } }),
          failure(/2 keys of the SSH agent \(the certificate "stale of the suite" expired on/, /signed anew/),
        );
      }));
    function makeAndCertify(name: string): string {
      keys.makeKey(name);
      keys.certify(name, 'user_ca', '-n', 'root');
      return keys.file(name);
    }
  });
});

describe('a security key that the agent holds', () => {
  const socket = keys.file('security-keys');
  let agent: SecurityKeyAgent;
  before(async () => {
    agent = await startSecurityKeyAgent(socket);
  });
  after(() => agent.close());

  for (const [index, type] of ['ed25519', 'ecdsa'].entries()) {
    it(`of type ${type} lets in, by itself and with a certificate`, async () => {
      const publicKey = agent.publicKeys[index] ?? '';
      const identity = keys.file(`security-${type}`);
      writeFileSync(`${identity}.pub`, `${publicKey}\n`);
      const attempt = { identityFile: identity, settings: { agentSocket: socket } };
      await vm1.console(['sh', '-c', 'echo "$1" >/root/.ssh/authorized_keys2', 'authorize', publicKey]);
      assert.equal(await hostNameOf(await keys.connect(vm1.address, attempt)), 'vm1');
      await vm1.console(['rm', '/root/.ssh/authorized_keys2']);
      await assert.rejects(keys.connect(vm1.address, attempt), { problem: 'authenticationFailed' });

      keys.makeKey(`user_ca_${type}`);
      const certificate = keys.certify(`security-${type}`, `user_ca_${type}`, '-n', 'root');
      agent.addCertificate(index, Buffer.from(readFileSync(certificate, 'utf8').split(' ')[1] ?? '', 'base64'));
      await vm1.writeFile('/etc/ssh/user_ca.pub', keys.read(`user_ca_${type}.pub`));
      await withSshdSettings(vm1, 'TrustedUserCAKeys /etc/ssh/user_ca.pub\n', async () => {
        assert.equal(await hostNameOf(await keys.connect(vm1.address, attempt)), 'vm1');
      });
    });
  }
});
