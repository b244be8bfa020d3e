import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatSshTarget, parseSshTarget, plainAddress } from '../../../../src/core/vm/parseSshTarget.ts';

const accepts: readonly [string, string, string, number][] = [
  ['root@vm', 'root', 'vm', 22],
  ['  root@vm.example.com:2222 ', 'root', 'vm.example.com', 2222],
  ['ssh://deploy@10.0.0.7:2200', 'deploy', '10.0.0.7', 2200],
  ['ssh://deploy@vm/', 'deploy', 'vm', 22],
  ['root@[::1]:2222', 'root', '::1', 2222],
  ['root@[2001:db8::7]', 'root', '2001:db8::7', 22],
  ['root@2001:db8::7', 'root', '2001:db8::7', 22],
  ['root@[fe80::1%eth0]:22', 'root', 'fe80::1%eth0', 22],
  ['anna@corp.example@vm', 'anna@corp.example', 'vm', 22],
  ['root@bücher.example', 'root', 'bücher.example', 22],
];

const refuses: readonly [string, RegExp][] = [
  ['', /user@host/],
  ['vm', /user is missing.*user@vm/],
  ['@vm', /user is missing/],
  ['root@', /host is missing/],
  ['root@:22', /host is missing before ":22"/],
  ['root@my vm', /a space/],
  ['root@vm;reboot', /";"/],
  ['root@$(id)', /"\$"/],
  ["root@vm'", /"'"/],
  ['root@vm"', /"""/],
  ['ro ot@vm', /a space/],
  ['root`id`@vm', /"`"/],
  ['-oProxyCommand=x@vm', /"="/],
  ['-l@vm', /begin with "-"/],
  ['root@-vm', /begin with "-"/],
  ['root@vm:0', /port/],
  ['root@vm:65536', /port/],
  ['root@vm:ssh', /port/],
  ['root@vm:', /port/],
  ['root@[::1', /closing "]"/],
  ['root@[::1]22', /not a port/],
  ['root@[zz::1]:22', /not an IPv6 address/],
];

describe('parseSshTarget', () => {
  for (const [text, user, host, port] of accepts) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseSshTarget(text), { ok: true, target: { user, host, port } });
    });
  }
  for (const [text, reason] of refuses) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const parsed = parseSshTarget(text);
      assert.equal(parsed.ok, false);
      assert.match(parsed.reason, reason);
    });
  }
  it('reads what it formats', () => {
    for (const [text] of accepts) {
      const parsed = parseSshTarget(text);
      assert.ok(parsed.ok);
      assert.deepEqual(parseSshTarget(formatSshTarget(parsed.target)), parsed);
    }
  });
  it('never throws, and lets no shell character through', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseSshTarget(text);
        if (parsed.ok) assert.doesNotMatch(parsed.target.host + parsed.target.user, /[\s;$()'"`|&<>]/);
      }),
    );
  });
});

describe('plainAddress', () => {
  for (const [written, plain] of [
    ['FD77:01:0:0::11', 'fd77:1::11'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['FE80::0001%Eth0', 'fe80::1%Eth0'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['VM.example.com', 'VM.example.com'],
  ] as const)
    it(`writes ${written} as ssh does`, () => assert.equal(plainAddress(written), plain));
});
