import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerContext } from '../../../../src/core/vm/parseDockerContext.ts';

function reasonOf(text: string): string {
  const parsed = parseDockerContext(text);
  assert.ok(!parsed.ok);
  return parsed.reason;
}

describe('parseDockerContext', () => {
  it('reads what the docker CLI writes', () =>
    assert.deepEqual(
      parseDockerContext(
        '{"Name":"a+b","Metadata":{"Description":"My VM"},"Endpoints":{"docker":{"Host":"ssh://vm","SkipTLSVerify":true}}}',
      ),
      { ok: true, context: { name: 'a+b', description: 'My VM', host: 'ssh://vm', skipTlsVerify: true } },
    ));
  it('takes what is absent as the docker CLI does', () =>
    assert.deepEqual(parseDockerContext('{"Name":"ab","Endpoints":{"docker":{}}}'), {
      ok: true,
      context: { name: 'ab', description: '', host: '', skipTlsVerify: false },
    }));
  it('says what is wrong with a file that is none', () => {
    assert.equal(reasonOf(' \n'), 'is empty');
    assert.equal(reasonOf('{"Name":"a'), 'is not whole, or not JSON');
    assert.equal(reasonOf('[]'), 'names no context');
    assert.equal(reasonOf('null'), 'names no context');
    assert.match(reasonOf('{"Name":"../x","Endpoints":{"docker":{}}}'), /^names a context that cannot be: /);
    assert.equal(
      reasonOf('{"Name":"k8s","Endpoints":{"kubernetes":{}}}'),
      'has no endpoint of a Docker Engine (context "k8s")',
    );
    assert.equal(
      reasonOf('{"Name":"ab","Endpoints":{"docker":{"Host":7}}}'),
      'has an address that is no text (context "ab")',
    );
  });
});
