import { posix } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** The change of a file as `git apply` and `patch -p1` take it; a file that was not there has no text before. */
export function unifiedDiff(file: string, before: string | undefined, after: string): string {
  const path = posix.normalize(file.replaceAll('\\', '/')).replace(/^\/+/, '');
  const from = before === undefined ? '/dev/null' : `a/${path}`;
  return createTwoFilesPatch(from, `b/${path}`, before ?? '', after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
