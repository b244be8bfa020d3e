import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian packages of this machine that the test hosts need: install these, as root, before `up`. */
export const hostSystemPackages: readonly string[] = [
  'ca-certificates',
  'debootstrap',
  'iproute2',
  'mount',
  'openssh-client',
  'openssl',
  'util-linux',
  'wget',
];

/** @throws Error that names exactly what is missing and the command that installs it. */
export function requireHostSystem(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error('Test hosts need Linux and root: they use network, mount and process namespaces.');
  }
  const missing = Object.entries(packageOfCommand).filter(([command]) => !isOnPath(command));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))].sort();
  throw new Error(
    `Test hosts need ${missing.map(([command]) => `\`${command}\``).join(', ')}, which this machine does not have. ` +
      `Install: apt-get install -y --no-install-recommends ${packages.join(' ')}`,
  );
}

const packageOfCommand: Readonly<Record<string, string>> = {
  debootstrap: 'debootstrap',
  flock: 'util-linux',
  ip: 'iproute2',
  mount: 'mount',
  nsenter: 'util-linux',
  openssl: 'openssl',
  setpriv: 'util-linux',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  unshare: 'util-linux',
  wget: 'wget',
};

function isOnPath(command: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  // A shell of a plain user that became root may lack these.
  return [...folders, '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
