import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** The lines of a file of test/fixtures/outputs. */
export function outputLines(file: string): readonly string[] {
  return readFileSync(new URL(`../fixtures/outputs/${file}`, import.meta.url), 'utf8')
    .replace(/\n$/, '')
    .split('\n');
}

/** The block of an `errors-*` file whose command line holds `title`, and the exit code after it. */
export function outputBlock(
  file: string,
  title: string,
): { readonly lines: readonly string[]; readonly exitCode: number } {
  const lines = outputLines(file);
  const start = lines.findIndex((line) => line.startsWith('$ ') && line.includes(title));
  assert.ok(start >= 0, `no block "${title}" in ${file}`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith('=> exit '));
  assert.ok(end > start, `the block "${title}" of ${file} has no end`);
  return { lines: lines.slice(start + 1, end), exitCode: Number(lines[end]?.slice('=> exit '.length)) };
}

/** The block after `== title` in a file of such blocks. */
export function outputSection(file: string, title: string): readonly string[] {
  const lines = outputLines(file);
  const start = lines.indexOf(`== ${title}`);
  assert.ok(start >= 0, `no section "${title}" in ${file}`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith('== '));
  return lines.slice(start + 1, end < 0 ? undefined : end);
}
