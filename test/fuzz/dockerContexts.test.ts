import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerContext } from '../../src/core/vm/parseDockerContext.ts';
import { parseEngineAddress } from '../../src/core/vm/parseEngineAddress.ts';

const meta = JSON.stringify({
  Name: 'prod',
  Metadata: { Description: 'the "gateway"' },
  Endpoints: { docker: { Host: 'ssh://root@vm:2222/run/docker.sock', SkipTLSVerify: false } },
});
const odd = [
  '-',
  ' ',
  ';',
  '$',
  '`',
  "'",
  '"',
  '\\',
  '\n',
  '\0',
  '%',
  '%0a',
  '[',
  ']',
  '@',
  ':',
  '#',
  '?',
  '//',
  'é',
  '\u202e',
];

describe('contexts of the docker CLI', () => {
  it('are read whole or not at all, wherever the file is cut', () => {
    for (let end = 0; end < meta.length; end += 1)
      assert.equal(parseDockerContext(meta.slice(0, end)).ok, false, meta.slice(0, end));
    assert.equal(parseDockerContext(meta).ok, true);
  });

  it('have a name and an address that are text, whatever a character of the file becomes', () => {
    for (let at = 0; at < meta.length; at += 1) {
      for (const character of odd) {
        const parsed = parseDockerContext(meta.slice(0, at) + character + meta.slice(at + 1));
        if (!parsed.ok) assert.match(parsed.reason, /^(?:is|has|names) /);
        else assert.match(parsed.context.name, /^[a-zA-Z0-9][\w.+-]+$/);
      }
    }
  });

  it('have values of any type without an error', () => {
    for (const value of [null, true, 7, [], {}, [[]], 'x']) {
      for (const path of [
        [],
        ['Name'],
        ['Metadata'],
        ['Metadata', 'Description'],
        ['Endpoints'],
        ['Endpoints', 'docker'],
        ['Endpoints', 'docker', 'Host'],
      ])
        parseDockerContext(JSON.stringify(withValue(JSON.parse(meta), path, value)));
    }
  });
});

describe('addresses of engines', () => {
  const addresses = [
    'ssh://root@vm:2222/run/docker.sock',
    'tcp://[::1]:2376/base',
    'https://vm',
    'unix:///run/docker.sock',
  ];

  it('never name a host or a user that a program would take for something else', () => {
    for (const address of addresses) {
      for (let at = 0; at <= address.length; at += 1) {
        for (const text of odd) {
          const parsed = parseEngineAddress(address.slice(0, at) + text + address.slice(at));
          if (parsed.kind === 'unusable') assert.match(parsed.reason, /\S\.$/);
          if (parsed.kind === 'tcp' || parsed.kind === 'ssh')
            assert.match(parsed.host, /^[\p{L}\p{N}:][\p{L}\p{N}.:%_-]*$/u);
          if (parsed.kind === 'ssh' && parsed.user !== undefined)
            assert.match(parsed.user, /^[\p{L}\p{N}._+@\\][\p{L}\p{N}._+@\\-]*$/u);
        }
      }
    }
  });

  it('never repeat a password', () => {
    for (const scheme of ['ssh', 'tcp', 'http', 'fd', 'SSH', '']) {
      for (const tail of ['vm', 'vm:99999', 'a b', '', 'vm?x', '[::1', '-x']) {
        const parsed = parseEngineAddress(`${scheme === '' ? '' : `${scheme}://`}root:hunter2@${tail}`);
        assert.ok(!JSON.stringify(parsed).includes('hunter2'), `${scheme} ${tail}: ${JSON.stringify(parsed)}`);
      }
    }
  });
});

function withValue(whole: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  const fields = whole as Readonly<Record<string, unknown>>;
  return { ...fields, [first]: withValue(fields[first], rest, value) };
}
