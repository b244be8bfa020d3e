import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SshRoute } from '../../../../src/core/vm/resolveSshRoute.ts';
import { sshConfigHosts } from '../../../../src/core/vm/sshConfigHosts.ts';
import { sshConfigIncludes } from '../../../../src/core/vm/sshConfigLines.ts';

function hosts(text: string, includes: Readonly<Record<string, readonly string[]>> = {}): readonly SshRoute[] {
  return sshConfigHosts({ files: [{ text, includes: new Map(Object.entries(includes)) }], localUser: 'me' });
}

function address({ alias, host, port, user }: SshRoute): readonly unknown[] {
  return [alias, host, port, user];
}

describe('sshConfigHosts', () => {
  it('reads an entry', () =>
    assert.deepEqual(hosts('Host prod\n  HostName 10.0.0.7\n  Port 2222\n  User deploy\n').map(address), [
      ['prod', '10.0.0.7', 2222, 'deploy'],
    ]));
  it('falls back to the alias, port 22 and the local user', () =>
    assert.deepEqual(hosts('Host prod\n').map(address), [['prod', 'prod', 22, 'me']]));
  it('offers no patterns, and applies them', () =>
    assert.deepEqual(hosts('Host web-1 web-2 !web-3 *.x\nHost web-*\n  User www\n').map(address), [
      ['web-1', 'web-1', 22, 'www'],
      ['web-2', 'web-2', 22, 'www'],
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
    assert.equal(hosts('Host a\n  IdentityFile "~/my keys/id"\n')[0]?.identityFiles[0], '~/my keys/id'));
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
  it('is empty for a file that cannot be read', () => assert.deepEqual(hosts('Host "a\n  User "x\n').length, 0));
});

describe('sshConfigIncludes', () => {
  it('lists each value, also inside a Host block', () =>
    assert.deepEqual(sshConfigIncludes('Include a b/*\nHost x\n  Include c\n'), ['a', 'b/*', 'c']));
});
