/**
 * Waits until standard input closes, which happens however the owner ends (also by SIGKILL), then ends every process
 * that carries the marker and removes the folders. Runs on Node 20: `reaperProcess.mjs MARKER`, and one JSON message
 * a line on standard input: `{"kill": pid}` or `{"remove": "/folder"}`.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const marker = process.argv[2];
const groups = new Set();
const folders = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.kill !== undefined) groups.add(message.kill);
  if (message.remove !== undefined) folders.add(message.remove);
}
if (process.platform === 'linux') await killMarked();
else for (const pid of groups) killTree(pid);
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

/** A dying process may still fork, so the search is repeated until it finds nothing. */
async function killMarked() {
  for (let round = 0; round < 50; round += 1) {
    const found = markedProcesses();
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
    await sleep(50);
  }
}

/** Processes with the marker in their environment or arguments, and everything that descends from them. */
function markedProcesses() {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), ...describe(name) }));
  const found = new Set(processes.filter((one) => one.isMarked).map((one) => one.pid));
  let size = -1;
  while (size !== found.size) {
    size = found.size;
    for (const one of processes) if (found.has(one.parent) && !one.isReaper) found.add(one.pid);
  }
  return processes.filter((one) => found.has(one.pid) && !one.isZombie).map((one) => one.pid);
}

function describe(pid) {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const text = readFileSync(`/proc/${pid}/environ`, 'latin1') + readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    // Other reapers have their own work to finish.
    const isReaper = text.includes('reaperProcess.mjs');
    return { parent: Number(parent), isZombie: state === 'Z', isReaper, isMarked: text.includes(marker) && !isReaper };
  } catch {
    return { parent: 0, isZombie: true, isReaper: false, isMarked: false };
  }
}

function killTree(pid) {
  if (process.platform === 'win32') {
    try {
      execFileSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
    } catch {
      // It has ended already.
    }
  } else {
    kill(-pid);
  }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
