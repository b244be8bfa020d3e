import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';

const suiteLinePrefix = 'suite| ';

/** What VS Code calls inside the extension host: runs the suites that `OPENCLAW_VM_SUITES` names, rejects when a test failed. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  // VS Code says a lot on the same console; the runner shows these lines and holds the others back.
  Mocha.reporters.Base.consoleLog = (...args) => console.log(format(...args).replace(/^/gm, suiteLinePrefix));
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, forbidOnly: true, forbidPending: true });
  const suites = (process.env['OPENCLAW_VM_SUITES'] ?? '').split(path.delimiter).filter((suite) => suite !== '');
  for (const suite of suites) mocha.addFile(path.join(__dirname, suite));

  const counts: Counts = { passed: 0, failed: 0, failures: [] };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', () => {
        counts.passed += 1;
      })
      .on('fail', (test, error) => {
        counts.failed += 1;
        counts.failures.push(`${test.fullTitle()}: ${error?.message ?? error}`.replace(/\s+/g, ' ').slice(0, 300));
      });
  });
  const results = process.env['OPENCLAW_VM_RESULTS'];
  if (results !== undefined) writeFileSync(results, JSON.stringify(addTo(results, counts)));
  if (counts.failed > 0) throw new Error(`${counts.failed} of ${counts.passed + counts.failed} tests failed.`);
  if (counts.passed === 0) throw new Error('No test ran.');
}

interface Counts {
  passed: number;
  failed: number;
  failures: string[];
}

/** Each window adds to what the ones before it have counted. */
function addTo(file: string, { passed, failed, failures }: Counts): Counts {
  const before: Counts = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: 0, failures: [] };
  return {
    passed: before.passed + passed,
    failed: before.failed + failed,
    failures: [...before.failures, ...failures],
  };
}
