#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import { lintInThisThread, lintInThreads } from './adapters/files/lintInThreads.ts';
import { readProject } from './adapters/files/readProject.ts';
import { replaceText } from './adapters/files/replaceText.ts';
import { runCli } from './cli/runCli.ts';

if (isMainThread) main();
else lintInThisThread();

function main(): void {
  // What a file needs is soon needed no longer. With room for more of that V8 copies less of it from one place to another, which is a
  // quarter of the time that thousands of files take: here from the first growth on, in other threads from their start (in MB).
  setFlagsFromString('--semi-space-growth-factor=16');
  setFlagsFromString('--min-semi-space-size=16');
  setFlagsFromString('--max-semi-space-size=16');
  // What lives through a few collections V8 then makes among what is old, where it holds what it was made of until all is collected.
  setFlagsFromString('--no-allocation-site-pretenuring');

  // A reader that goes away (`… | head`) is no error of ours.
  process.stdout.on('error', () => process.exit());

  const exitCode = runCli(process.argv.slice(2), {
    readProject,
    lintParts: lintInThreads,
    replaceText,
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
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
