import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../src/core/dockerfile/parseDockerfile.ts';
import { asDownload } from '../../src/core/lint/downloadInstalls.ts';
import { type DownloadMask, failLoudlyStep } from '../../src/core/lint/fixes/failLoudly.ts';
import { type RewritableRun, rewriteRun } from '../../src/core/lint/fixes/rewriteRun.ts';
import { runScriptsOf } from '../../src/core/lint/runScripts.ts';
import { failureFlow } from '../../src/core/shell/failureFlow.ts';
import type { ShellCommand } from '../../src/core/shell/ShellScript.ts';
import type { TextEdit } from '../../src/core/text/TextEdit.ts';

const downloads = ['curl -fsSL https://e.com/a.tgz', 'curl -L https://e.com/a.tgz', 'wget -qO- https://e.com/a.tgz'];
const readers = ['tar -xz -C /opt', 'sh', 'gunzip | tar -x', 'xz -d > /opt/a'];
const around = [
  'X',
  'X; true',
  'true; X',
  'true && X',
  'X && true',
  'true && X && true',
  'true && X; true',
  'X || true',
  'X || exit 1; true',
  'true || X',
  '{ X; }',
  '( X ) && true',
  '{ X; } | cat',
  'if true; then X; fi',
  'if X; then true; fi',
  'for a in 1 2; do X; done',
  'X & wait',
  '! X',
  'sh -c "X"',
  'f() { X; }; f',
  'a=$(X)',
  'X && Y',
  'Y; X; true',
];
const before = ['', 'set -e; ', 'set -o pipefail; ', 'set -eux && ', 'set +e; '];

describe('rewriteRun', () => {
  it('ends where reading the RUN once more would find nothing to do', () => {
    let last = 0;
    for (const text of texts()) {
      const [run] = runScriptsOf(parseDockerfile(`FROM debian\n${text}\n`));
      for (const command of run?.commands.filter((one) => asDownload(one) !== undefined) ?? []) {
        assert.ok(run);
        assert.deepEqual(rewritten(run, command, false), rewritten(run, command, true), text);
        last += endsEarly(run, command) ? 1 : 0;
      }
    }
    assert.ok(last > 100, `${last} end early`);
  });
});

function* texts(): Iterable<string> {
  for (const place of around)
    for (const start of before)
      for (const download of downloads)
        for (const reader of readers) {
          const pipe = `${download} | ${reader}`;
          const body = start + place.replace('X', pipe).replace('Y', pipe.replace('a.tgz', 'b.tgz'));
          yield `RUN ${body}`;
          yield `RUN <<EOF\n${body.replaceAll('; ', '\n')}\nEOF`;
        }
}

function maskOf({ script, options }: RewritableRun, { range }: ShellCommand): DownloadMask | undefined {
  return failureFlow(script, range, options)?.mask;
}

/** What is rewritten, and how; in full: the RUN is read again after each step, whatever a step knows about the one that follows. */
function rewritten(
  run: RewritableRun,
  command: ShellCommand,
  inFull: boolean,
): { readonly edit: TextEdit; readonly steps: readonly string[] } | undefined {
  const result = rewriteRun(run, command, (now, download) => {
    const step = failLoudlyStep(now, download, maskOf(now, download));
    return typeof step === 'object' && inFull ? { edits: step.edits, what: step.what } : step;
  });
  return result === undefined ? undefined : { edit: result.edit(), steps: result.steps };
}

function endsEarly(run: RewritableRun, command: ShellCommand): boolean {
  let isLast: boolean | undefined;
  rewriteRun(run, command, (now, download) => {
    const step = failLoudlyStep(now, download, maskOf(now, download));
    if (typeof step === 'object') isLast = (step.next ?? step).isLast;
    return step;
  });
  return isLast === true;
}
