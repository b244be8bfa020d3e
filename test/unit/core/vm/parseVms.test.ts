import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseVms } from '../../../../src/core/vm/parseVms.ts';

const good = { name: 'prod', host: 'vm.example.com', port: 2222, user: 'deploy', identityFile: '~/.ssh/id_prod' };

function problemOf(entry: unknown): string {
  const { vms, problems } = parseVms([entry]);
  assert.deepEqual(vms, []);
  assert.equal(problems.length, 1);
  return problems[0] ?? '';
}

describe('parseVms', () => {
  it('reads a whole entry', () => assert.deepEqual(parseVms([good]), { vms: [good], problems: [] }));
  it('leaves port and key file to the SSH config where none is written', () =>
    assert.deepEqual(parseVms([{ name: 'a', host: 'h', user: 'u' }]).vms, [{ name: 'a', host: 'h', user: 'u' }]));
  it('names an entry without a name by its host', () =>
    assert.equal(parseVms([{ host: 'h', user: 'u' }]).vms[0]?.name, 'h'));
  it('is empty where there is no setting', () => assert.deepEqual(parseVms(undefined), { vms: [], problems: [] }));
  it('keeps the good entries beside a broken one', () => {
    const { vms, problems } = parseVms([7, good]);
    assert.deepEqual(vms, [good]);
    assert.match(problems[0] ?? '', /VM 1/);
  });
  it('refuses a second VM of the same name', () => {
    const { vms, problems } = parseVms([good, { ...good, host: 'other' }]);
    assert.equal(vms.length, 1);
    assert.match(problems[0] ?? '', /Two VMs are named "prod"/);
  });
  it('refuses a name with a space', () => assert.match(problemOf({ ...good, name: 'my vm' }), /"my vm".*a space/));
  it('refuses a name with ";"', () => assert.match(problemOf({ ...good, name: 'a;b' }), /";"/));
  it('refuses a host with shell characters', () => assert.match(problemOf({ ...good, host: '$(id)' }), /"prod".*"\$"/));
  it('refuses a user with a space', () => assert.match(problemOf({ ...good, user: 'a b' }), /a space/));
  it('leaves the user to the SSH config where none is written', () =>
    assert.deepEqual(parseVms([{ name: 'prod', host: 'h' }]).vms, [{ name: 'prod', host: 'h' }]));
  it('refuses a user that is no name', () => {
    assert.match(problemOf({ ...good, user: 7 }), /"prod".*user must be/);
    assert.match(problemOf({ ...good, user: '' }), /user is missing/);
  });
  it('refuses a port that is none', () => assert.match(problemOf({ ...good, port: 'ssh' }), /port/));
  it('refuses an identity file that is no path', () =>
    assert.match(problemOf({ ...good, identityFile: 7 }), /identityFile/));
  it('says so where the setting is no list', () => assert.match(parseVms('x').problems[0] ?? '', /not a list/));
  it('reads a Docker context', () => {
    const entry = { name: 'prod', context: 'a+b' };
    assert.deepEqual(parseVms([entry, { context: 'other' }]), {
      vms: [entry, { name: 'other', context: 'other' }],
      problems: [],
    });
  });
  it('refuses a context beside an address, or with a name that cannot be', () => {
    assert.match(problemOf({ ...good, context: 'prod' }), /both a context and an address/);
    assert.match(problemOf({ name: 'prod', context: '../x' }), /no name of a Docker context/);
    assert.match(problemOf({ name: 'prod', context: 7 }), /context must be the name/);
  });
});
