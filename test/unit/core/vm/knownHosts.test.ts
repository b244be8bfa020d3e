import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  type HostAuthorityVerdict,
  type HostKeyVerdict,
  hasHostAuthority,
  judgeHostAuthority,
  judgeHostKey,
  knownHostsLine,
  knownKeyTypes,
  parseKnownHosts,
} from '../../../../src/core/vm/knownHosts.ts';

const hmacSha1 = (keyBase64: string, text: string): string =>
  createHmac('sha1', Buffer.from(keyBase64, 'base64')).update(text).digest('base64');
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIGood';
const OTHER = 'AAAAC3NzaC1lZDI1NTE5AAAAIEvil';
// A salt as `ssh-keygen -H` makes them.
const SALT = 'LhPlmZHBfgUdeBs6stYQFjqmgqc=';

function judge(
  text: string,
  overrides: { host?: string; port?: number; key?: string; type?: string } = {},
): HostKeyVerdict {
  return judgeHostKey(
    parseKnownHosts(text, 'kh'),
    {
      host: overrides.host ?? 'vm.example.com',
      port: overrides.port ?? 22,
      keyType: overrides.type ?? 'ssh-ed25519',
      keyBase64: overrides.key ?? KEY,
      acceptedKeyTypes: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'],
    },
    hmacSha1,
  );
}

describe('judgeHostKey', () => {
  it('knows a plain name', () =>
    assert.deepEqual(judge(`# mine\n\nvm.example.com ssh-ed25519 ${KEY} comment\n`), {
      kind: 'known',
      place: { file: 'kh', line: 3 },
    }));
  it('does not know an empty file', () => assert.deepEqual(judge(''), { kind: 'unknown' }));
  it('does not know another host', () => assert.equal(judge(`other ssh-ed25519 ${KEY}\n`).kind, 'unknown'));
  it('knows one of several names', () =>
    assert.equal(judge(`a,vm.example.com,10.0.0.1 ssh-ed25519 ${KEY}`).kind, 'known'));
  it('knows a hashed name', () => {
    const line = `|1|${SALT}|${hmacSha1(SALT, 'vm.example.com')} ssh-ed25519 ${KEY}\n`;
    assert.equal(judge(line).kind, 'known');
    assert.equal(judge(line, { host: 'other' }).kind, 'unknown');
  });
  it('knows a hashed name with a port', () =>
    assert.equal(
      judge(`|1|${SALT}|${hmacSha1(SALT, '[vm.example.com]:2222')} ssh-ed25519 ${KEY}\n`, { port: 2222 }).kind,
      'known',
    ));
  it('ignores the case of the host', () =>
    assert.equal(judge(`vm.example.com ssh-ed25519 ${KEY}`, { host: 'VM.Example.com' }).kind, 'known'));
  it('knows [host]:port, for that port alone', () => {
    const line = `[vm.example.com]:2222 ssh-ed25519 ${KEY}\n`;
    assert.equal(judge(line, { port: 2222 }).kind, 'known');
    assert.equal(judge(line).kind, 'unknown');
    assert.equal(judge(line, { port: 2223 }).kind, 'unknown');
  });
  it('knows [::1]:2222', () =>
    assert.equal(judge(`[::1]:2222 ssh-ed25519 ${KEY}\n`, { host: '::1', port: 2222 }).kind, 'known'));
  it('matches wildcards, and no more than they say', () => {
    assert.equal(judge(`*.example.com ssh-ed25519 ${KEY}`).kind, 'known');
    assert.equal(judge(`v?.example.com ssh-ed25519 ${KEY}`).kind, 'known');
    assert.equal(judge(`vm.example.co? ssh-ed25519 ${KEY}`, { host: 'vmXexample.com' }).kind, 'unknown');
  });
  it('honours negation, before or after', () => {
    assert.equal(judge(`*.example.com,!vm.example.com ssh-ed25519 ${KEY}`).kind, 'unknown');
    assert.equal(judge(`!vm.example.com,*.example.com ssh-ed25519 ${KEY}`).kind, 'unknown');
  });
  it('refuses another key of the same type, with its place', () =>
    assert.deepEqual(judge(`x ssh-ed25519 ${KEY}\nvm.example.com ssh-ed25519 ${OTHER}\n`), {
      kind: 'changed',
      place: { file: 'kh', line: 2 },
      knownKeyBase64: OTHER,
    }));
  it('knows a key beside a changed one of the same host', () =>
    assert.equal(judge(`vm.example.com ssh-ed25519 ${OTHER}\nvm.example.com ssh-ed25519 ${KEY}\n`).kind, 'known'));
  it('counts a server as changed that no longer shows the type that is known', () =>
    assert.equal(judge(`vm.example.com ssh-rsa AAAA\n`).kind, 'changed'));
  it('does not count a type that the client cannot ask for', () =>
    assert.equal(judge(`vm.example.com sk-ssh-ed25519@openssh.com AAAA\n`).kind, 'unknown'));
  it('refuses a revoked key, even where it is also known', () =>
    assert.deepEqual(judge(`vm.example.com ssh-ed25519 ${KEY}\n@revoked * ssh-ed25519 ${KEY}\n`), {
      kind: 'revoked',
      place: { file: 'kh', line: 2 },
    }));
  it('does not take another revoked key as the known one', () =>
    assert.equal(judge(`@revoked vm.example.com ssh-ed25519 ${OTHER}\n`).kind, 'unknown'));
  it('never takes a certificate authority for a host key', () =>
    assert.deepEqual(judge(`@cert-authority *.example.com ssh-ed25519 ${KEY}\n`), {
      kind: 'unknown',
      certAuthority: { file: 'kh', line: 1 },
    }));
  it('leaves out lines with an unknown marker or too few fields', () =>
    assert.deepEqual(parseKnownHosts(`@what vm ssh-ed25519 ${KEY}\nvm ssh-ed25519\n`, 'kh'), []));
  it('reads CRLF files', () => assert.equal(judge(`vm.example.com ssh-ed25519 ${KEY}\r\n`).kind, 'known'));
  it('knows what knownHostsLine remembers', () => {
    assert.equal(judge(knownHostsLine('VM.example.com', 22, 'ssh-ed25519', KEY)).kind, 'known');
    assert.equal(judge(knownHostsLine('::1', 2222, 'ssh-ed25519', KEY), { host: '::1', port: 2222 }).kind, 'known');
  });
});

describe('judgeHostKey on another port', () => {
  const port = 2222;
  it('knows the key by the name without a port, as ssh does', () =>
    assert.equal(judge(`vm.example.com ssh-ed25519 ${KEY}\n`, { port }).kind, 'known'));
  it('counts no other key of that name as changed', () =>
    assert.equal(judge(`vm.example.com ssh-ed25519 ${OTHER}\n`, { port }).kind, 'unknown'));
  it('lets the line of the port win', () =>
    assert.equal(
      judge(`vm.example.com ssh-ed25519 ${KEY}\n[vm.example.com]:2222 ssh-ed25519 ${OTHER}\n`, { port }).kind,
      'changed',
    ));
  it('refuses a key that is revoked by that name', () =>
    assert.equal(judge(`@revoked vm.example.com ssh-ed25519 ${KEY}\n`, { port }).kind, 'revoked'));
});

describe('judgeHostAuthority', () => {
  const CA = 'AAAAC3NzaC1lZDI1NTE5AAAAIAuth';
  const shown = { host: 'vm.example.com', port: 22, keyBase64: KEY, authorityBase64: CA };
  const judgeAuthority = (text: string, port = 22): HostAuthorityVerdict =>
    judgeHostAuthority(parseKnownHosts(text, 'kh'), { ...shown, port }, hmacSha1);

  it('trusts an authority for the hosts that its line names', () => {
    assert.deepEqual(judgeAuthority(`@cert-authority *.example.com ssh-ed25519 ${CA}\n`), {
      kind: 'trusted',
      place: { file: 'kh', line: 1 },
    });
    assert.equal(judgeAuthority(`@cert-authority *.example.com,!vm.* ssh-ed25519 ${CA}\n`).kind, 'unknown');
    assert.equal(judgeAuthority(`@cert-authority *.example.com ssh-ed25519 ${OTHER}\n`).kind, 'unknown');
  });
  it('takes no plain line for an authority, and not the key that it has signed', () => {
    assert.equal(judgeAuthority(`vm.example.com ssh-ed25519 ${CA}\n`).kind, 'unknown');
    assert.equal(judgeAuthority(`@cert-authority * ssh-ed25519 ${KEY}\n`).kind, 'unknown');
  });
  it('trusts it on another port too', () => {
    assert.equal(judgeAuthority(`@cert-authority vm.example.com ssh-ed25519 ${CA}\n`, 2222).kind, 'trusted');
    assert.equal(judgeAuthority(`@cert-authority [vm.example.com]:2222 ssh-ed25519 ${CA}\n`, 2222).kind, 'trusted');
    assert.equal(judgeAuthority(`@cert-authority [vm.example.com]:2222 ssh-ed25519 ${CA}\n`).kind, 'unknown');
  });
  it('refuses a revoked authority and a revoked key, though the authority is trusted', () => {
    const trusted = `@cert-authority * ssh-ed25519 ${CA}\n`;
    assert.deepEqual(judgeAuthority(`${trusted}@revoked * ssh-ed25519 ${CA}\n`), {
      kind: 'revoked',
      place: { file: 'kh', line: 2 },
      isAuthority: true,
    });
    assert.deepEqual(judgeAuthority(`${trusted}@revoked vm.example.com ssh-ed25519 ${KEY}\n`), {
      kind: 'revoked',
      place: { file: 'kh', line: 2 },
      isAuthority: false,
    });
    assert.equal(judgeAuthority(`${trusted}@revoked other ssh-ed25519 ${CA}\n`).kind, 'trusted');
  });
  it('says whether a certificate is to be asked for', () => {
    const entries = parseKnownHosts(`@cert-authority *.example.com ssh-ed25519 ${CA}\nvm ssh-ed25519 ${KEY}\n`, 'kh');
    assert.equal(hasHostAuthority(entries, 'vm.example.com', 2222, hmacSha1), true);
    assert.equal(hasHostAuthority(entries, 'vm', 22, hmacSha1), false);
  });
});

describe('knownKeyTypes', () => {
  it('lists each type of the host once', () =>
    assert.deepEqual(
      knownKeyTypes(
        parseKnownHosts(`vm ssh-rsa A\nvm ssh-ed25519 B\nvm ssh-rsa C\n@revoked vm ecdsa-sha2-nistp256 D\n`, 'kh'),
        'vm',
        22,
        hmacSha1,
      ),
      ['ssh-rsa', 'ssh-ed25519'],
    ));
});
