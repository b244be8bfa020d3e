/**
 * `npm start`: makes the clone ready, then opens VS Code with the extension on the example.
 * `--folder PATH` opens another folder, `--port N` (or OPENCLAW_VM_PORT) fixes the port where VS Code runs in the
 * browser. Starts on Node 20.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setUp, toolEnvironment } from './setUp.mjs';

try {
  const { node } = setUp();
  const script = fileURLToPath(new URL('vscode/openWorkbench.ts', import.meta.url));
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit', env: toolEnvironment() });
  // Ctrl+C reaches both; the one that owns VS Code ends first.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
