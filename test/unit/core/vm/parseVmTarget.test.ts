import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatVmTarget, parseVmTarget } from '../../../../src/core/vm/parseVmTarget.ts';

describe('parseVmTarget', () => {
  it('reads an address for SSH', () =>
    assert.deepEqual(parseVmTarget('root@vm:2222'), {
      ok: true,
      target: { kind: 'ssh', target: { user: 'root', host: 'vm', port: 2222 } },
    }));
  it('reads a Docker context', () =>
    assert.deepEqual(parseVmTarget(' context:prod.eu '), {
      ok: true,
      target: { kind: 'context', context: 'prod.eu' },
    }));
  it('says what a context cannot be called', () => {
    const parsed = parseVmTarget('context:a b');
    assert.ok(!parsed.ok);
    assert.match(parsed.reason, /"a b" is no name of a Docker context/);
    assert.ok(!parseVmTarget('context:').ok);
  });
  it('leads from an address of an engine to a context', () => {
    const parsed = parseVmTarget('tcp://vm:2376');
    assert.ok(!parsed.ok);
    assert.match(parsed.reason, /docker context create .* context:NAME/);
  });
});

describe('formatVmTarget', () => {
  it('writes what parseVmTarget reads', () => {
    assert.equal(formatVmTarget({ name: 'x', context: 'prod' }), 'context:prod');
    assert.equal(formatVmTarget({ name: 'x', host: '::1', user: 'root', port: 2222 }), 'root@[::1]:2222');
    assert.equal(formatVmTarget({ name: 'x', host: 'vm', user: 'root' }), 'root@vm');
    assert.equal(formatVmTarget({ name: 'x', host: 'claw' }), 'claw');
  });
});
