import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot, sourceFiles } from './sourceFiles.ts';

describe('what stands for a library until it is used', () => {
  for (const library of ['yaml', 'unbash']) {
    it(`offers all that the code takes from ${library}`, () => {
      const standIn = readFileSync(path.join(projectRoot, `src/lazy/${library}.cjs`), 'utf8');
      const pattern = new RegExp(`import (?!type )\\{([^}]*)\\} from '${library}'`, 'g');
      const taken = sourceFiles('src').flatMap(({ text }) =>
        [...text.matchAll(pattern)].flatMap(([, names = '']) => names.split(',').map((name) => name.trim())),
      );
      const values = new Set(taken.filter((name) => name !== '' && !name.startsWith('type ')));
      assert.ok(values.size > 0);
      for (const name of values) assert.match(standIn, new RegExp(`\\b(?:get ${name}\\(\\)|${name}\\b)`), name);
    });
  }
});
