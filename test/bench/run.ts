import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Metric, printTable } from './metrics.ts';

/** In the order in which they run when none is named. */
const known = ['lint', 'ssh', 'tree', 'deploy', 'logs', 'activation'];

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const fileOf = (name: string): URL => new URL(`./${name}.ts`, import.meta.url);
const unknown = positionals.filter((name) => !known.includes(name) || !existsSync(fileOf(name)));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark "${unknown.join('", "')}": ${known.filter((name) => existsSync(fileOf(name))).join(', ')}.`,
  );
  process.exit(2);
}
const names = positionals.length > 0 ? positionals : known.filter((name) => existsSync(fileOf(name)));
// What is measured is what would be published.
execFileSync(process.execPath, [fileURLToPath(new URL('../../src/build.mts', import.meta.url))], { stdio: 'inherit' });
const metrics: Metric[] = [];
for (const name of names) {
  const { measure } = (await import(fileOf(name).href)) as { measure: () => Promise<readonly Metric[]> };
  console.log(`\n${name}`);
  const found = await measure();
  printTable(found);
  metrics.push(...found);
}
if (values.json !== undefined) {
  const machine = { cores: availableParallelism(), memoryGb: Math.round(totalmem() / 2 ** 30), node: process.version };
  await writeFile(values.json, `${JSON.stringify({ name: names.join('+'), machine, metrics }, undefined, 2)}\n`);
}
