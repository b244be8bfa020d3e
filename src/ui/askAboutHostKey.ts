import * as vscode from 'vscode';
import type { HostKeyDecision } from '../application/ports/MachineConnector.ts';
import { formatHostPort } from '../core/vm/parseSshTarget.ts';

/** An unknown host key is never accepted unasked: the person compares the fingerprint, as with ssh. */
export const askAboutHostKey: HostKeyDecision = async (key) => {
  const trust = 'Trust and Remember';
  const address = formatHostPort(key.host, key.port, 22);
  const chosen = await vscode.window.showWarningMessage(
    `Do you trust the host key of "${address}"?`,
    {
      modal: true,
      detail:
        `This machine was never seen before. Its ${key.keyType} key has the fingerprint\n\n${key.fingerprint}\n\n` +
        `Compare it with what your provider's console shows (on the VM: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub). ` +
        `It will be remembered in ${key.knownHostsFile}.` +
        (key.certificateNote === undefined ? '' : `\n\n${key.certificateNote}`),
    },
    trust,
  );
  return chosen === trust ? 'trustAndRemember' : 'refuse';
};
