#!/usr/bin/env node
import { isMainThread } from 'node:worker_threads';
import { lintInThisThread, lintInThreads } from './adapters/files/lintInThreads.ts';
import { readProject } from './adapters/files/readProject.ts';
import { replaceText } from './adapters/files/replaceText.ts';
import { runCli } from './cli/runCli.ts';

if (isMainThread) main();
else lintInThisThread();

function main(): void {
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
