import { ConnectionError } from '../../application/ConnectionError.ts';
import { describeAddress } from './connectErrors.ts';
import type { VmProbe } from './probeVm.ts';
import type { SshConnection } from './SshConnection.ts';

export const STANDARD_SOCKET = '/var/run/docker.sock';

/** What to say where no socket of an engine can be used. */
export function noUsableSocket(connection: SshConnection, probe: VmProbe): ConnectionError {
  const forbidden = probe.sockets.find(({ usable }) => !usable);
  if (forbidden !== undefined) return noPermission(connection, probe.user, forbidden.path);
  if (probe.hasDockerCli) return engineStopped(connection, STANDARD_SOCKET, undefined);
  return new ConnectionError('noDocker', `There is no Docker on ${describeAddress(connection.address)}.`, {
    remedy:
      'Install Docker Engine with the compose plugin on the VM (https://docs.docker.com/engine/install/), then retry.',
  });
}

export function noPermission(connection: SshConnection, user: string, socketPath: string): ConnectionError {
  const where = describeAddress(connection.address);
  return new ConnectionError(
    'noSocketPermission',
    `The user "${user}" may not use Docker on ${where}: no access to ${socketPath}.`,
    {
      remedy: `Run "sudo usermod -aG docker ${user}" on the VM, then retry.`,
    },
  );
}

export function engineStopped(connection: SshConnection, socketPath: string, cause: unknown): ConnectionError {
  const where = describeAddress(connection.address);
  return new ConnectionError('engineStopped', `The Docker Engine on ${where} does not answer at ${socketPath}.`, {
    remedy: 'Start it with "sudo systemctl start docker" on the VM, then retry.',
    cause,
  });
}
