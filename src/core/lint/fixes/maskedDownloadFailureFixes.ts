import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { LateFix } from '../LateFix.ts';
import type { Fix } from '../Problem.ts';
import type { RunScript } from '../runScripts.ts';
import { type DownloadMask, failLoudlyStep } from './failLoudly.ts';
import { replaceByStanza } from './replaceByStanza.ts';
import { type RewritableRun, rewriteRun } from './rewriteRun.ts';

/** The stanza in the place of a hand-written install of a catalog's binary; for all others the same RUN, failing with its download. */
export function maskedDownloadFailureFixes(
  run: RunScript,
  command: ShellCommand,
  catalog: BinaryCatalog,
  maskOf: (run: RewritableRun, command: ShellCommand) => DownloadMask | undefined,
): readonly Fix[] {
  const rewritten = rewriteRun(run, command, (now, download) => failLoudlyStep(now, download, maskOf(now, download)));
  const fixes = [...replaceByStanza(run, command, catalog)];
  if (rewritten !== undefined) {
    const title = `Fail the build when the download fails: ${[...new Set(rewritten.steps)].join(', ')}`;
    fixes.push(new LateFix(title, () => [{ path: run.path, edits: [rewritten.edit()] }]));
  }
  return fixes;
}
