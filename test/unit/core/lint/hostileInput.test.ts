import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lintProject } from '../../../../src/core/lint/lintProject.ts';
import { rules } from '../../../../src/core/lint/rules/index.ts';

const seeds = rules.flatMap((rule) => [...Object.entries(rule.bad), ...Object.entries(rule.good)]);

/** Example files of the rules, cut, doubled and mixed with what parsers fear. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(12),
        fc.constantFrom(
          '"',
          "'",
          '`',
          '$(',
          '${',
          ')',
          '}',
          '\\',
          '\\\n',
          '\n',
          '\r\n',
          '<<EOF\n',
          '[',
          ']',
          '{',
          ': ',
          '- ',
          '&a ',
          '*a',
          '#',
          '|',
          ';',
          '\0',
          '\ufeff',
          '«',
          '&&',
          '||',
          '\t',
          'RUN ',
          'FROM ',
        ),
      ),
      { maxLength: 6 },
    ),
  )
  .map(([[name, text], changes]) => {
    let result = text;
    for (const [where, removed, added] of changes) {
      const at = Math.floor(where * result.length);
      result = result.slice(0, at) + added + result.slice(at + removed);
    }
    return [name, result] as const;
  });

describe('hostile input', () => {
  it('never throws, and every range lies inside its file', () => {
    fc.assert(
      fc.property(fc.array(mutated, { minLength: 1, maxLength: 3 }), (files) => {
        const texts = new Map(files.map(([name, text]) => [`/p/${name}`, text]));
        for (const problem of lintProject({ root: '/p', texts })) {
          for (const { path, range } of [problem, ...problem.related]) {
            const { length } = texts.get(path) ?? '';
            assert.ok(0 <= range.start && range.start <= range.end && range.end <= length, `${problem.ruleId} ${path}`);
          }
          for (const { path, edits } of problem.fixes.flatMap((fix) => fix.edits)) {
            const { length } = texts.get(path) ?? '';
            for (const { range } of edits)
              assert.ok(0 <= range.start && range.start <= range.end && range.end <= length);
          }
        }
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});
