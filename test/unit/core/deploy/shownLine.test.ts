import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownLine } from '../../../../src/core/deploy/shownLine.ts';

describe('shownLine', () => {
  it('is an error of the builder before BuildKit in one piece', () => {
    const text =
      '\u001b[91mcur\u001b[0m\u001b[91ml: (22) The requested URL ret\u001b[0m\u001b[91murned error: 404\u001b[0m';
    assert.equal(shownLine(text), 'curl: (22) The requested URL returned error: 404');
  });

  it('is the last state of a progress', () => {
    const text = 'Receiving objects:  10% (1/10)\rReceiving objects: 100% (10/10), done.\r\r';
    assert.equal(shownLine(text), 'Receiving objects: 100% (10/10), done.');
  });

  it('keeps how a line is indented', () => assert.equal(shownLine('  at start.js:1  '), '  at start.js:1'));

  it('is nothing of a line that only clears itself', () => assert.equal(shownLine('\u001b[2K\r'), ''));
});
