import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unifiedDiff } from '../../../src/cli/unifiedDiff.ts';

describe('unifiedDiff', () => {
  it('names the file as git does and shows three lines around the change', () => {
    assert.equal(
      unifiedDiff('./gw/Dockerfile', '1\n2\n3\n4\n5\n6\n7\n8\n', '1\n2\n3\n4\nfive\n6\n7\n8\n'),
      '--- a/gw/Dockerfile\n+++ b/gw/Dockerfile\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    );
  });

  it('keeps line ends, and says where the last line has none', () => {
    assert.equal(
      unifiedDiff('Dockerfile', 'a\r\nb\r\n', 'a\r\nc'),
      '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\n\\ No newline at end of file\n',
    );
  });

  it('makes a file that was not there', () => {
    assert.equal(
      unifiedDiff('.dockerignore', undefined, '.env\n'),
      '--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,1 @@\n+.env\n',
    );
  });
});
