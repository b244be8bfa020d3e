import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { say } from './setUp.mjs';
import { systemPackages } from './systemPackages.mjs';

/**
 * Makes sure that the system packages of these stages are there: installs what is missing on Debian as root, and says
 * so; elsewhere throws an `Error` that names exactly what to install.
 *
 * @param {readonly string[]} stages
 */
export function installSystemPackages(stages) {
  const needed = systemPackages.filter((one) => one.stages.some((stage) => stages.includes(stage)));
  const missing = needed.filter((one) => ![one.probe].flat().some(isExecutable));
  if (missing.length === 0) return;
  const names = missing.map((one) => one.package);
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    const lines = missing.map((one) => `  ${one.package}: ${one.why}`);
    const command = existsSync('/etc/debian_version') ? `\nsudo apt-get install ${names.join(' ')}` : '';
    throw new Error(
      `These system packages are missing; install them, then run this again:\n${lines.join('\n')}${command}`,
    );
  }
  for (const one of missing) say(`Installing the system package ${one.package}: ${one.why}.`);
  aptGet(['update']);
  aptGet(['install', '--yes', '--no-install-recommends', ...names]);
}

function isExecutable(name) {
  // A shell of a plain user that became root may lack the sbin folders.
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(path.join(folder, name)));
}

function aptGet(args) {
  const { status, stdout, stderr } = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  const output = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-20).join('\n');
  throw new Error(
    `"apt-get ${args.join(' ')}" failed:\n${output}\nCheck the machine's package sources, then run this again.`,
  );
}
