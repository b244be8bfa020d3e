import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lintProject } from '../../src/core/lint/lintProject.ts';
import { rules } from '../../src/core/lint/rules/index.ts';

const seeds = rules.flatMap((rule) => [...Object.entries(rule.bad), ...Object.entries(rule.good)]);

/** What says how an image is started or built, beside its Dockerfile. */
const starts: readonly (readonly [name: string, text: string])[] = [
  ['Makefile', 'PIP = pip # x\n.PHONY: run\nrun: deps | x\n\t@$(PIP) install a \\\n\t  b\ndeps: ; npm ci\n'],
  ['fly.toml', '[build]\ndockerfile = "Dockerfile"\n[processes]\n  app = "sh -c \\"npm i\\""\n  w = \'npm ci\'\n'],
  ['railway.toml', '[deploy]\nstartCommand = "npm i && npm start"\n'],
  ['railway.json', '{"build": {"builder": "DOCKERFILE"}, "deploy": {"startCommand": "npm \\u0069 && npm start"}}'],
  [
    'render.yaml',
    'services:\n  - type: web\n    runtime: docker\n    dockerCommand: >-\n      npm i &&\n      npm start\n',
  ],
  [
    'compose.yaml',
    'services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM node:20\n        RUN curl -L https://x/t -o /usr/bin/t; npm i -g x@latest\n        CMD npm i\n',
  ],
];

/** Example files, cut, doubled and mixed with what parsers fear. */
const mutatedOf = (
  examples: readonly (readonly [name: string, text: string])[],
): fc.Arbitrary<readonly [string, string]> =>
  fc
    .tuple(
      fc.constantFrom(...examples),
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

function assertSound(files: readonly (readonly [name: string, text: string])[]): void {
  const texts = new Map(files.map(([name, text]) => [`/p/${name}`, text]));
  for (const problem of lintProject({ root: '/p', texts })) {
    for (const { path, range } of [problem, ...problem.related]) {
      const { length } = texts.get(path) ?? '';
      assert.ok(0 <= range.start && range.start <= range.end && range.end <= length, `${problem.ruleId} ${path}`);
    }
    for (const { path, edits } of problem.fixes.flatMap((fix) => fix.edits)) {
      const { length } = texts.get(path) ?? '';
      for (const { range } of edits) assert.ok(0 <= range.start && range.start <= range.end && range.end <= length);
    }
  }
}

describe('hostile input', () => {
  it('never throws, and every range lies inside its file', () => {
    const files = fc.array(mutatedOf(seeds), { minLength: 1, maxLength: 3 });
    fc.assert(fc.property(files, assertSound), { numRuns: 3000, seed: 1 });
  });

  it('does no harm in what starts an image either', () => {
    const dockerfile = ['Dockerfile', 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["make", "run"]\n'] as const;
    const files = fc.array(mutatedOf(starts), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(files, (started) => assertSound([dockerfile, ...started])),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('is not lost in makefiles with many targets or blanks', () => {
    const shared = `${'t '.repeat(20_000)}:\n${'\tnpm i\n'.repeat(5000)}`;
    const chain = Array.from({ length: 5000 }, (_, index) => `t${index}: t${index + 1}\n\tmake t${index + 1}\n`).join(
      '',
    );
    const blank = `run:${' '.repeat(100_000)}\n`;
    for (const text of [shared, chain, blank])
      assertSound([
        ['Dockerfile', 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD make\n'],
        ['Makefile', text],
      ]);
  });
});
