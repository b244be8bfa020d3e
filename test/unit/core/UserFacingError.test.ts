import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionError } from '../../../src/application/ConnectionError.ts';
import { UserFacingError } from '../../../src/core/UserFacingError.ts';

describe('an error that crosses from one bundle to another', () => {
  // Each bundle has its own copy of the classes: a second import under another address is such a copy.
  it('is still recognised', async () => {
    const copy: typeof import('../../../src/application/ConnectionError.ts') = await import(
      `${'../../../src/application/ConnectionError.ts'}?copy`
    );
    assert.notEqual(copy.ConnectionError, ConnectionError);
    const foreign: unknown = new copy.ConnectionError('noDocker', 'There is no Docker here.', {
      remedy: 'Install it.',
    });
    assert.ok(foreign instanceof ConnectionError);
    assert.ok(foreign instanceof UserFacingError);
  });

  it('is not mistaken for another', () => {
    assert.equal(new Error('plain') instanceof UserFacingError, false);
    assert.equal(new UserFacingError('failed', { remedy: 'Retry.' }) instanceof ConnectionError, false);
    assert.equal((undefined as unknown) instanceof UserFacingError, false);
  });
});
