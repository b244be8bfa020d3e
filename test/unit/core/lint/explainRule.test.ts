import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { explainRule } from '../../../../src/core/lint/explainRule.ts';
import { rules } from '../../../../src/core/lint/rules/index.ts';

const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');

describe('explainRule', () => {
  it('says why, what to do, and where to read on, for every rule', () => {
    for (const { id, summary, why } of rules) {
      const text = explainRule(id) ?? '';
      assert.ok(text.includes(summary) && text.includes(why), id);
      assert.ok(text.endsWith(`README.md#${id})`), id);
    }
  });

  it('shows the bad and the good example in the language of their files', () => {
    const text = explainRule('runtime-install') ?? '';
    assert.match(text, /Instead of, in `Dockerfile`:\n\n````dockerfile\nFROM [^`]*\n````/);
    assert.match(text, /write, in `Dockerfile`:\n\n````dockerfile\nFROM [^`]*\n````/);
  });

  it('knows no other rules', () => {
    assert.equal(explainRule('unknown-rule'), undefined);
    assert.equal(explainRule('constructor'), undefined);
  });
});

describe('the documentation', () => {
  for (const { id } of rules) {
    it(`has a section on ${id}`, () => assert.match(readme, new RegExp(`^### ${id}\\n\\n\\S`, 'm')));
  }

  it('has sections on rules that exist, and on comments that silence them', () => {
    const [, checks = ''] = /^## Checks\n([\s\S]*?)^## /m.exec(readme) ?? [];
    const sections = [...checks.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
    const known = [...rules.map(({ id }) => id), 'unused-ignore'];
    assert.deepEqual(sections.toSorted(), known.toSorted());
  });
});
