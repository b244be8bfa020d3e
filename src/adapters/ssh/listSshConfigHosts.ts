import type { SshRoute } from '../../core/vm/resolveSshRoute.ts';
import { sshConfigHosts } from '../../core/vm/sshConfigHosts.ts';
import { readSshConfig, type SshConfigFiles } from './readSshConfig.ts';

/** The hosts of the SSH config that can be picked; none where there is no such file. */
export async function listSshConfigHosts(files?: SshConfigFiles): Promise<readonly SshRoute[]> {
  return sshConfigHosts(await readSshConfig(files));
}
