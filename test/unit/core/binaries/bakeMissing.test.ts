import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bakeMissing } from '../../../../src/core/binaries/bakeMissing.ts';
import { skillBinaries } from '../../../../src/core/binaries/skillBinaries.ts';
import { applyEdits } from '../../../../src/core/text/applyEdits.ts';

const skill = (requires: string) =>
  `---\nname: s\ndescription: d\nmetadata: { "openclaw": { "requires": ${requires} } }\n---\n`;

describe('baking all that is missing', () => {
  it('bakes each binary once, in one change of the Dockerfile', () => {
    const texts = new Map([
      ['/p/Dockerfile', 'FROM ghcr.io/openclaw/openclaw:2026.9.6\n'],
      ['/p/skills/a/SKILL.md', skill('{ "bins": ["gog", "goplaces"] }')],
      ['/p/skills/b/SKILL.md', skill('{ "bins": ["wacli", "gog"] }')],
      ['/p/skills/c/SKILL.md', skill('{ "bins": ["memo"] }')],
    ]);
    const { edits, names, left } = bakeMissing({ root: '/p', texts });
    assert.deepEqual(names, ['gog', 'goplaces', 'wacli']);
    assert.deepEqual(left, []);
    assert.deepEqual(
      edits.map(({ path }) => path),
      ['/p/Dockerfile'],
    );
    const text = applyEdits(texts.get('/p/Dockerfile') ?? '', edits[0]?.edits ?? []);
    const after = skillBinaries({ root: '/p', texts: new Map([...texts, ['/p/Dockerfile', text]]) });
    assert.deepEqual(
      [...new Set(after.flatMap(({ binaries }) => binaries.map(({ name, state }) => `${name} ${state.kind}`)))].sort(),
      ['gog inImage', 'goplaces inImage', 'memo noLinuxBuild', 'wacli inImage'],
    );
  });

  it('says what it cannot bake', () => {
    const texts = new Map([
      ['/p/compose.yaml', 'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n'],
      ['/p/skills/a/SKILL.md', skill('{ "bins": ["gog"] }')],
    ]);
    const { edits, names, left } = bakeMissing({ root: '/p', texts });
    assert.deepEqual([edits, names, left.map(({ name }) => name)], [[], [], ['gog']]);
  });
});
