import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type SshConfigHost,
  sshConfigHost,
  sshConfigHosts,
  sshConfigIncludes,
} from '../../../../src/core/vm/sshConfigHosts.ts';

function hosts(text: string, includes: Readonly<Record<string, readonly string[]>> = {}): readonly SshConfigHost[] {
  return sshConfigHosts(text, { includes: new Map(Object.entries(includes)), localUser: 'me' });
}

describe('sshConfigHosts', () => {
  it('reads an entry', () =>
    assert.deepEqual(
      hosts('Host prod\n  HostName 10.0.0.7\n  Port 2222\n  User deploy\n  IdentityFile ~/.ssh/id_prod\n'),
      [{ alias: 'prod', host: '10.0.0.7', port: 2222, user: 'deploy', identityFile: '~/.ssh/id_prod' }],
    ));
  it('falls back to the alias, port 22 and the local user', () =>
    assert.deepEqual(hosts('Host prod\n'), [{ alias: 'prod', host: 'prod', port: 22, user: 'me' }]));
  it('offers no patterns, and applies them', () =>
    assert.deepEqual(hosts('Host web-1 web-2 !web-3 *.x\nHost web-*\n  User www\n'), [
      { alias: 'web-1', host: 'web-1', port: 22, user: 'www' },
      { alias: 'web-2', host: 'web-2', port: 22, user: 'www' },
    ]));
  it('takes the first value of a directive', () =>
    assert.equal(hosts('Host a\n  User first\nHost *\n  User second\n')[0]?.user, 'first'));
  it('applies directives before the first Host to all', () =>
    assert.equal(hosts('User top\nHost a\n')[0]?.user, 'top'));
  it('honours a negated pattern', () => assert.equal(hosts('Host * !a\n  User other\nHost a\n')[0]?.user, 'me'));
  it('reads keywords in any case, and "="', () =>
    assert.equal(hosts('host a\n  hostname=10.0.0.1\n')[0]?.host, '10.0.0.1'));
  it('replaces %h in HostName', () =>
    assert.equal(hosts('Host a\n  HostName %h.example.com\n')[0]?.host, 'a.example.com'));
  it('reads a quoted IdentityFile', () =>
    assert.equal(hosts('Host a\n  IdentityFile "~/my keys/id"\n')[0]?.identityFile, '~/my keys/id'));
  it('offers the hosts of included files, whose last Host ends with the file', () => {
    const found = hosts('Include config.d/*\nUser top\nHost a\n', {
      'config.d/*': ['Host b\n  User bee\n', 'Host c\n'],
    });
    assert.deepEqual(
      found.map(({ alias, user }) => [alias, user]),
      [
        ['b', 'bee'],
        ['c', 'top'],
        ['a', 'top'],
      ],
    );
  });
  it('survives a file that includes itself', () =>
    assert.equal(hosts('Include x\nHost a\n', { x: ['Include x\n'] }).length, 1));
  it('applies Match host and Match user', () =>
    assert.equal(
      hosts('Host a\n  HostName h.internal\n  User u\nMatch host *.internal user u\n  Port 2200\n')[0]?.port,
      2200,
    ));
  it('never runs Match exec', () =>
    assert.equal(hosts('Host a\nMatch exec "touch /tmp/x"\n  Port 2200\n')[0]?.port, 22));
  it('tells of a jump host that is not applied', () =>
    assert.equal(hosts('Host a\n  ProxyJump bastion\n')[0]?.notApplied, 'ProxyJump bastion'));
  it('is empty for a file that cannot be read', () => assert.deepEqual(hosts('Host "a\n  User "x\n').length, 0));
});

describe('sshConfigHost', () => {
  it('finds an entry by its alias', () =>
    assert.equal(sshConfigHost('b', 'Host a b\n  Port 7\n', { includes: new Map(), localUser: 'me' })?.port, 7));
  it('finds nothing where only a pattern matches', () =>
    assert.equal(sshConfigHost('b', 'Host *\n  Port 7\n', { includes: new Map(), localUser: 'me' }), undefined));
});

describe('sshConfigIncludes', () => {
  it('lists each value, also inside a Host block', () =>
    assert.deepEqual(sshConfigIncludes('Include a b/*\nHost x\n  Include c\n'), ['a', 'b/*', 'c']));
});
