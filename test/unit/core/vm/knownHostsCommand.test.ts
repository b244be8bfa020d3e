import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { knownHostsCommandLine, readKnownHostsCommand } from '../../../../src/core/vm/knownHostsCommand.ts';
import { resolveSshRoute } from '../../../../src/core/vm/resolveSshRoute.ts';

const tokens = { h: '10.0.0.7', n: 'claw' };

describe('readKnownHostsCommand', () => {
  it('splits as ssh does', () =>
    assert.deepEqual(readKnownHostsCommand(`/bin/x "a  b" 'c"d' e\\ f  g`, tokens)?.words, [
      '/bin/x',
      'a  b',
      'c"d',
      'e f',
      'g',
    ]));
  it('has no words where a quote is not closed', () =>
    assert.deepEqual(readKnownHostsCommand('/bin/x "a', tokens)?.words, []));
  it('is none where the config says so', () => assert.equal(readKnownHostsCommand('NONE', tokens), undefined));
});

describe('knownHostsCommandLine', () => {
  const line = (written: string, key?: { type: string; base64: string; fingerprint: string }): readonly string[] => {
    const command = readKnownHostsCommand(written, tokens);
    assert.ok(command);
    return knownHostsCommandLine(command, { reason: 'HOSTNAME', name: '[h]:2222', ...(key && { key }) });
  };
  it('puts the tokens of the route and of the question in, once', () =>
    assert.deepEqual(
      line('/bin/x %h %n %H %I %t-%K %f %%H', { type: 'ssh-ed25519', base64: '%hAA', fingerprint: 'SHA256:x' }),
      ['/bin/x', '10.0.0.7', 'claw', '[h]:2222', 'HOSTNAME', 'ssh-ed25519-%hAA', 'SHA256:x', '%H'],
    ));
  it('says NONE before there is a key', () =>
    assert.deepEqual(line('/bin/x %t %K %f'), ['/bin/x', 'NONE', 'NONE', 'NONE']));
  it("leaves the program's name as it is", () => assert.deepEqual(line('/bin/%h'), ['/bin/%h']));
});

describe('KnownHostsCommand of an SSH config', () => {
  it('keeps its quotes and gets the tokens of the route', () => {
    const text = 'Host claw\n  HostName box\n  KnownHostsCommand /bin/x "%h  a" %r\n';
    const { knownHostsCommand } = resolveSshRoute(
      { host: 'claw' },
      { files: [{ text, includes: new Map() }], localUser: 'me' },
    );
    assert.ok(knownHostsCommand);
    const ordered = knownHostsCommandLine(knownHostsCommand, { reason: 'ORDER', name: 'box' });
    assert.deepEqual(ordered, ['/bin/x', 'box  a', 'me']);
  });
});
