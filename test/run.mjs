/**
 * `npm test`: makes the clone and the machine ready, then runs every stage, or those named: `npm test -- unit editor`.
 * A failing stage does not stop the later ones. The last line is `N passed, N failed`. Starts on Node 20.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installSystemPackages } from './support/installSystemPackages.mjs';
import { buildIfStale, projectRoot, say, setUp, toolEnvironment } from './support/setUp.mjs';

const minuteMs = 60_000;
const vsix = path.join(projectRoot, 'out', 'extension.vsix');

/** `check`: one test, passed by exit code 0. `suite`: writes its counts and failures to the file that OPENCLAW_VM_RESULTS names. */
const stages = [
  { name: 'types', kind: 'check', command: ['npm', 'run', '--silent', 'types'], limitMs: 5 * minuteMs },
  { name: 'lint', kind: 'check', command: ['npm', 'run', '--silent', 'lint'], limitMs: 5 * minuteMs },
  {
    name: 'unit',
    kind: 'suite',
    command: nodeTest('test/unit/**/*.test.ts', '--test-isolation=none'),
    limitMs: 5 * minuteMs,
  },
  {
    name: 'fuzz',
    kind: 'suite',
    command: nodeTest('test/fuzz/**/*.test.ts', '--test-concurrency=2'),
    limitMs: 15 * minuteMs,
  },
  // Before the suites that build the images of the test hosts: packing walks over them.
  {
    name: 'package',
    needsBuild: true,
    kind: 'check',
    command: ['npm', 'run', '--silent', 'package', '--', '--out', vsix],
    forbidden: /\bWARNING\b/,
    limitMs: 5 * minuteMs,
  },
  {
    name: 'integration',
    needsBuild: true,
    kind: 'suite',
    command: nodeTest('test/integration/**/*.test.ts', '--test-concurrency=2'),
    limitMs: 25 * minuteMs,
  },
  {
    name: 'editor',
    kind: 'suite',
    command: ['node', 'test/support/vscode/runEditorSuites.ts'],
    limitMs: 10 * minuteMs,
  },
  {
    name: 'ui',
    needsBuild: true,
    kind: 'suite',
    command: nodeTest('test/ui/**/*.test.ts', '--test-concurrency=1'),
    limitMs: 20 * minuteMs,
  },
];

// Everything started here carries this marker, so that it ends with this process, also when that is killed.
const marker = `OPENCLAW_VM_REAP_${randomUUID().replaceAll('-', '')}`;
const scratch = mkdtempSync(path.join(tmpdir(), 'openclaw-vm-run-'));
let current;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  say('0 passed, 1 failed');
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function main(names) {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    throw new Error(`No stage "${unknown.join('", "')}". There are: ${stages.map((stage) => stage.name).join(', ')}.`);
  }
  const chosen = stages.filter((stage) => names.length === 0 || names.includes(stage.name));
  const { node } = setUp({ build: false });
  mkdirSync(path.dirname(vsix), { recursive: true });
  installSystemPackages(chosen.map((stage) => stage.name));
  const reaper = spawn(node, [path.join(projectRoot, 'test/support/reaperProcess.mjs'), marker], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper.stdin.write(`${JSON.stringify({ remove: scratch })}\n`);
  forwardSignals();

  const results = chosen.some((stage) => stage.needsBuild) ? tryBuild() : [];
  for (const stage of chosen) {
    const startedMs = Date.now();
    say(`\n=== ${stage.name}`);
    const counts = await runStage(stage, results);
    results.push({ name: stage.name, ...counts, seconds: Math.round((Date.now() - startedMs) / 1000) });
  }
  say('\n=== summary');
  for (const { name, passed, failed, seconds, failures = [] } of results) {
    say(`${failed > 0 ? 'FAILED' : 'ok    '} ${name}: ${passed} passed, ${failed} failed, ${seconds} s`);
    for (const failure of failures) say(`         ${failure}`);
  }
  const swept = once(reaper, 'exit');
  reaper.stdin.end();
  await swept;
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  say(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') > 0 ? 1 : 0;
}

/** What does not build fails as a stage of its own; the others still say what they can. */
function tryBuild() {
  try {
    buildIfStale();
    return [];
  } catch (error) {
    say(`\n=== build\n${error.message}`);
    return [{ name: 'build', passed: 0, failed: 1, seconds: 0 }];
  }
}

async function runStage(stage, earlier) {
  const resultsFile = path.join(scratch, `${stage.name}.json`);
  const packaged = earlier.some((result) => result.name === 'package' && result.failed === 0);
  const environment = toolEnvironment({
    [marker]: '1',
    OPENCLAW_VM_RESULTS: resultsFile,
    ...(packaged ? { OPENCLAW_VM_VSIX: vsix } : {}),
  });
  const { code, output } = await execute(stage, environment);
  if (stage.kind === 'check') {
    const complaint = stage.forbidden?.exec(output)?.[0];
    if (complaint !== undefined) say(`The output must be free of "${complaint}".`);
    const isGood = code === 0 && complaint === undefined;
    return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1 };
  }
  const { passed, failed, failures } = readCounts(resultsFile);
  if (passed + failed === 0) return { passed: 0, failed: 1, failures: ['ran no test'] };
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1), failures };
}

async function execute({ name, command: [program, ...args], limitMs }, environment) {
  const isWindows = process.platform === 'win32';
  const child = spawn(
    program,
    args.map((arg) => arg.replace('%RESULTS%', environment.OPENCLAW_VM_RESULTS)),
    {
      cwd: projectRoot,
      env: environment,
      detached: !isWindows,
      shell: isWindows,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  current = child;
  let output = '';
  for (const stream of ['stdout', 'stderr']) {
    child[stream].on('data', (data) => {
      output = (output + data).slice(-100_000);
      process[stream].write(data);
    });
  }
  let killer;
  const timer = setTimeout(() => {
    say(`The stage "${name}" took more than ${limitMs / minuteMs} minutes and is ended.`);
    signalCurrent('SIGTERM');
    killer = setTimeout(() => signalCurrent('SIGKILL'), 20_000);
  }, limitMs);
  // Not "close": a process that the stage left behind may hold the pipes open.
  const [code] = await once(child, 'exit').catch((error) => {
    say(error.message);
    return [1];
  });
  clearTimeout(timer);
  clearTimeout(killer);
  current = undefined;
  await Promise.race([once(child, 'close').catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1000))]);
  return { code: code ?? 1, output };
}

function forwardSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      say(`Got ${signal}: ending the tests.`);
      signalCurrent(signal);
      // The stage gets a moment to clean up; then the reaper ends what is left.
      setTimeout(() => process.exit(1), 5000).unref();
      if (current === undefined) process.exit(1);
      current.once('exit', () => process.exit(1));
    });
  }
}

function signalCurrent(signal) {
  if (current?.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? current.pid : -current.pid, signal);
  } catch {
    // It has ended already.
  }
}

function nodeTest(pattern, ...flags) {
  return [
    'node',
    ...['--test', '--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./test/support/results/countReporter.mjs', '--test-reporter-destination=%RESULTS%'],
    ...flags,
    pattern,
  ];
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, failures: [] };
  }
}
