#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import { LintThreads, lintInThisThread } from './adapters/files/LintThreads.ts';
import { readProject } from './adapters/files/readProject.ts';
import { replaceText } from './adapters/files/replaceText.ts';
import { runCli } from './cli/runCli.ts';
import { printableLine } from './core/text/printable.ts';

if (isMainThread) main();
else lintInThisThread();

function main(): void {
  tuneV8();

  // A reader that goes away (`… | head`) is no error of ours.
  process.stdout.on('error', () => process.exit());

  const threads = new LintThreads();
  const exitCode = runCli(process.argv.slice(2), {
    readProject: (path, inParts) => readProject(path, inParts, (dockerfiles) => threads.expect(dockerfiles)),
    lintParts: (parts, fixes) => threads.lint(parts, fixes),
    replaceText,
    write: (text) => process.stdout.write(text),
    // It may quote files and machines.
    writeError: (text) => process.stderr.write(text.split('\n').map(printableLine).join('\n')),
    useColour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    machines: async () => {
      const { createMachineConnector, listSshConfigHosts } = await import('#vmAdapters');
      return { connector: createMachineConnector(), sshConfigHosts: await listSshConfigHosts() };
    },
  });
  // Most commands are done by now; without a turn of the event loop they also end sooner.
  if (typeof exitCode === 'number') process.exitCode = exitCode;
  else
    void exitCode.then((code) => {
      process.exitCode = code;
    });
}

/** For one run over files that are read once each: by default V8 is tuned for programs that run for long. */
function tuneV8(): void {
  // What a file needs is soon needed no longer. With room for more of that V8 copies less of it from one place to another, which is a
  // quarter of the time that thousands of files take: here from the first growth on, in other threads from their start (in MB).
  setFlagsFromString('--semi-space-growth-factor=16');
  setFlagsFromString('--min-semi-space-size=16');
  setFlagsFromString('--max-semi-space-size=16');
  // What lives through a few collections V8 would then make among what is old, and there it holds all that it knows until a full one.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // The second-best compiler is done soon; the best one costs a fifth of the time of thousands of files and pays only after more of them.
  // Where V8 has no such flags it complains, and where it has them without that other compiler (before 13) all would be slow.
  const version = Number.parseInt(process.versions.v8, 10);
  if (version !== 13 && version !== 14) return;
  setFlagsFromString('--invocation-count-for-maglev=200');
  setFlagsFromString('--invocation-count-for-turbofan=100000');
}
