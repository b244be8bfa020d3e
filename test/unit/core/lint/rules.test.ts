import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintProject } from '../../../../src/core/lint/lintProject.ts';
import { rules } from '../../../../src/core/lint/rules/index.ts';
import { toProject } from './check.ts';

describe('rules', () => {
  it('have ids of their own, in lower case with dashes', () => {
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
    for (const { id } of rules) assert.match(id, /^[a-z]+(-[a-z]+)+$/);
  });

  for (const rule of rules) {
    const found = (files: Readonly<Record<string, string>>): number =>
      lintProject(toProject(files)).filter(({ ruleId }) => ruleId === rule.id).length;

    it(`find their bad example: ${rule.id}`, () => assert.ok(found(rule.bad) > 0));
    it(`accept their good example: ${rule.id}`, () => assert.equal(found(rule.good), 0));
  }
});
