#!/usr/bin/env node
/**
 * An executable that takes the flags of the `code` executable that `@vscode/test-electron` uses, and runs the suite in
 * the VS Code server with Chromium as its window. Prints the suite's console, exits with the suite's code.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Reaper } from '../reaper.ts';
import { launchChromium } from './chromium.ts';
import { startCodeServer } from './codeServer.ts';

const suiteTimeoutMs = Number(process.env['OPENCLAW_VM_SUITE_TIMEOUT_MS'] ?? 15 * 60_000);

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
  },
});

const reaper = new Reaper();
const owner = process.ppid;
// The runner may be killed without a chance to say so; being adopted by another process tells.
const watch = setInterval(() => process.ppid !== owner && void end(1, 'The test runner is gone.'), 500);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(1, `Got ${signal}.`));

try {
  process.exitCode = await runSuite();
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof Error ? error.message : error);
}
clearInterval(watch);
await reaper.close();
process.exit();

async function runSuite(): Promise<number> {
  const data = reaper.temporaryDirectory('editor');
  const server = await startCodeServer({
    reaper,
    dataDirectory: path.resolve(stringOr(values['user-data-dir'], path.join(data, 'server'))),
    extensionsDirectory: path.resolve(stringOr(values['extensions-dir'], path.join(data, 'extensions'))),
    isTestDriver: true,
  });
  const remote = server.origin.replace('http:', 'vscode-remote:');
  const payload = (['extensionDevelopmentPath', 'extensionTestsPath'] as const)
    .filter((name) => values[name] !== undefined)
    .map((name) => [name, remote + path.resolve(stringOr(values[name], ''))]);
  const address = new URL(server.origin);
  const [opened] = positionals;
  if (opened !== undefined) {
    const kind = opened.endsWith('.code-workspace') ? 'workspace' : 'folder';
    address.searchParams.set(kind, path.resolve(opened));
  }
  address.searchParams.set('payload', JSON.stringify(payload));

  const context = await launchChromium(reaper);
  const page = context.pages()[0] ?? (await context.newPage());
  const finished = new Promise<number>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(why));
    page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => console.log(...args)).catch(reject);
    page.exposeFunction('codeAutomationExit', resolve).catch(reject);
    page.on('crash', () => fail('The page of VS Code crashed.'));
    server.process.once('exit', () => fail('The VS Code server ended before the suite did.'));
    setTimeout(() => fail(`The suite did not end in ${suiteTimeoutMs / 1000} s.`), suiteTimeoutMs).unref();
  });
  await page.goto(address.href);
  return finished;
}

async function end(code: number, why: string): Promise<void> {
  clearInterval(watch);
  console.error(`${why} Closing VS Code.`);
  await reaper.close();
  process.exit(code);
}

function stringOr(value: string | boolean | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
