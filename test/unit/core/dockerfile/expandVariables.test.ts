// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expandVariables } from '../../../../src/core/dockerfile/expandVariables.ts';

const lookup = (name: string) =>
  new Map([
    ['A', '1'],
    ['EMPTY', ''],
  ] as const).get(name as 'A');

describe('expandVariables', () => {
  for (const [text, expected] of [
    ['$A-${A}', '1-1'],
    ['${B:-x}${A:-x}${A:+y}${B:+y}', 'x1y'],
    ['${EMPTY:-x}${EMPTY-x}', 'x'],
    ['${B:-${A}}', '1'],
    ['$B ${B}', '$B ${B}'],
    ['${${A}', '${1'],
    ['${${A} ${B:-${A', '${1 ${B:-${A'],
    ['${!A} ${A} }', '${!A} 1 }'],
    ['\\$A', '$A'],
  ] as const) {
    it(`makes "${expected}" of "${text}"`, () => assert.equal(expandVariables(text, lookup), expected));
  }
});
