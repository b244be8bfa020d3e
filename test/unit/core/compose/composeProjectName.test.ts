import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { composeProjectName } from '../../../../src/core/compose/composeProjectName.ts';

describe('composeProjectName', () => {
  it("takes the file's own name", () => assert.equal(composeProjectName('gateway', 'My Folder'), 'gateway'));
  for (const [folder, name] of [
    ['openclaw-gateway', 'openclaw-gateway'],
    ['My Gateway (2)', 'mygateway2'],
    ['__state', 'state'],
    ['.openclaw', 'openclaw'],
  ] as const) {
    it(`calls the project in "${folder}" ${name}`, () => assert.equal(composeProjectName(undefined, folder), name));
  }
});
