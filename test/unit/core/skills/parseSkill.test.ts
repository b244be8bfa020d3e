import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSkill, type Skill } from '../../../../src/core/skills/parseSkill.ts';

function skill(text: string): Skill {
  const result = parseSkill(text);
  assert.ok(result.ok, result.ok ? '' : result.reason);
  return result.skill;
}

const flow = `---
name: gog
description: Google Workspace CLI.
metadata:
  {
    "openclaw":
      {
        "os": ["darwin", "linux"],
        "requires": { "bins": ["gog"], "env": ["A"], },
        "install": [{ "id": "brew", "kind": "brew", "formula": "steipete/tap/gogcli", "bins": ["gog"] }],
      },
  }
---

# gog
`;

describe('parseSkill', () => {
  it('reads a flow mapping with trailing commas', () => {
    const { name, os, bins, environment, install } = skill(flow);
    assert.deepEqual(
      [name, os, bins.map((bin) => bin.name), environment.map((word) => word.name)],
      ['gog', ['darwin', 'linux'], ['gog'], ['A']],
    );
    assert.deepEqual(install, [{ kind: 'brew', bins: ['gog'], package: 'steipete/tap/gogcli' }]);
  });

  it('knows where a binary is named', () => {
    const [bin] = skill(flow).bins;
    assert.equal(flow.slice(bin?.range.start, bin?.range.end), '"gog"');
  });

  it('reads metadata as one JSON string', () => {
    const { bins, anyBins } = skill(
      `---\nname: x\nmetadata: '{"openclaw":{"requires":{"bins":["a"],"anyBins":["b","c"]}}}'\n---\n`,
    );
    assert.deepEqual([bins.map(({ name }) => name), anyBins.map(({ name }) => name)], [['a'], ['b', 'c']]);
  });

  it('reads lists written as one string with commas', () => {
    assert.deepEqual(
      skill('---\nname: x\nmetadata: { openclaw: { requires: { bins: "a, b" } } }\n---\n').bins.map(({ name }) => name),
      ['a', 'b'],
    );
  });

  it('falls back to the older key', () => {
    const { metadataKey, bins } = skill('---\nname: x\nmetadata: {"clawdbot":{"requires":{"bins":["a"]}}}\n---\n');
    assert.deepEqual([metadataKey, bins[0]?.name], ['clawdbot', 'a']);
  });

  it('prefers the current key', () => {
    assert.equal(skill('---\nmetadata: {"clawdbot":{},"openclaw":{"always":true}}\n---\n').always, true);
  });

  it('does not read the key of January 2026, as the gateway does not', () => {
    const { bins, metadataKey, ignoredKey } = skill('---\nmetadata: {"moltbot":{"requires":{"bins":["a"]}}}\n---\n');
    assert.deepEqual([bins, metadataKey], [[], undefined]);
    assert.ok(ignoredKey);
  });

  it('accepts a byte order mark and line ends of Windows', () => {
    assert.equal(skill('\ufeff---\r\nname: x\r\n---\r\nbody').name, 'x');
  });

  it('accepts a skill without metadata', () => assert.deepEqual(skill('---\nname: x\n---\n').bins, []));

  it('refuses a file without front matter', () => {
    const result = parseSkill('# gog\n');
    assert.ok(!result.ok);
    assert.match(result.reason, /no front matter/);
  });

  it('refuses front matter that is not closed', () => {
    const result = parseSkill('---\nname: x\n');
    assert.ok(!result.ok);
    assert.match(result.reason, /no closing "---" line/);
  });

  for (const text of [
    '---\n: : [\n---\n',
    '---\nmetadata: "{"\n---\n',
    '---\nmetadata: 1\n---\n',
    `---\n${'['.repeat(20_000)}\n---\n`,
  ]) {
    it(`survives ${JSON.stringify(text.slice(0, 24))}`, () => assert.equal(typeof parseSkill(text).ok, 'boolean'));
  }
});
