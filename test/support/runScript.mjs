/**
 * Runs a script of the project with its own Node 24, in a clone that it makes ready first: `node runScript.mjs [--build] SCRIPT [ARGUMENT…]`,
 * the script by its path in the project. `--build`: what is built must be there too. Starts on Node 20.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectRoot, setUp, toolEnvironment } from './setUp.mjs';

const [first, ...rest] = process.argv.slice(2);
const build = first === '--build';
const [script, ...args] = build ? rest : [first, ...rest];

try {
  const { node } = setUp({ build });
  const child = spawn(node, [path.join(projectRoot, script), ...args], { stdio: 'inherit', env: toolEnvironment() });
  // Ctrl+C reaches both; the script ends first, so that it can clean up.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
