import { ConnectionError } from '../../application/ConnectionError.ts';
import { MAX_QUOTED_CHARACTERS, printable } from '../../core/text/printable.ts';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';

export interface SshAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** `user@host:port`, always with the port: it is often what is wrong. */
export function describeAddress(address: SshAddress): string {
  return `${address.user}@${formatHostPort(address.host, address.port)}`;
}

/** What an error of the TCP connection means. */
export function explainSocketError(error: unknown, address: SshAddress): ConnectionError {
  const where = describeAddress(address);
  const code = errorCode(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NODATA' || code === 'EAI_NONAME') {
    const isSilent = code === 'EAI_AGAIN';
    const why = isSilent ? ': no name server told its address' : '';
    const message = `The name "${address.host}" could not be resolved${why} (for ${where}).`;
    return new ConnectionError('nameNotResolved', message, {
      remedy: isSilent ? silentRemedy : 'Check the spelling of the host, your network and your VPN, then retry.',
      cause: error,
    });
  }
  if (code === 'ECONNREFUSED') {
    return new ConnectionError('refused', `${where} refused the connection: nothing listens on port ${address.port}.`, {
      remedy: 'Check the port, and that the SSH server of the VM is running, then retry.',
      cause: error,
    });
  }
  return new ConnectionError('unreachable', `${where} cannot be reached${code === undefined ? '' : ` (${code})`}.`, {
    remedy: `Check that the VM is running and that its firewall lets port ${address.port} in, then retry.`,
    cause: error,
  });
}

/** The name server has not answered yet, and nobody knows when the resolver of this machine would give it up. */
export function nameServerSilent(address: SshAddress, afterMs: number): ConnectionError {
  const seconds = Math.round(afterMs / 1000);
  return new ConnectionError(
    'nameNotResolved',
    `No name server told the address of "${address.host}" within ${seconds} s (for ${describeAddress(address)}).`,
    { remedy: silentRemedy },
  );
}

const silentRemedy = 'Check your network and your VPN, or use the address in place of the name, then retry.';

/** `AddressFamily` of the SSH config excludes the address that is written for the host. */
export function excludedAddress(address: SshAddress, family: 4 | 6): ConnectionError {
  return new ConnectionError(
    'nameNotResolved',
    `${address.host} is no IPv${family} address, and the SSH config allows no other (for ${describeAddress(address)}).`,
    { remedy: 'Change AddressFamily in your SSH config, then retry.' },
  );
}

export function timedOut(address: SshAddress, afterMs: number): ConnectionError {
  const message = `${describeAddress(address)} did not answer within ${Math.round(afterMs / 1000)} s.`;
  return new ConnectionError('unreachable', message, {
    remedy: `Check that the VM is running and that its firewall lets port ${address.port} in, then retry.`,
  });
}

export function authenticationFailed(
  address: SshAddress,
  { tried, remedy }: { readonly tried: readonly string[]; readonly remedy?: string | undefined },
  cause: unknown,
): ConnectionError {
  const many = isTooMany(cause);
  const list = tried.length === 0 ? 'nothing to try' : tried.join(', ');
  return new ConnectionError(
    'authenticationFailed',
    `${describeAddress(address)} accepted no key${many ? ' and gave up after too many' : ''}. Tried: ${list}.`,
    {
      remedy: many
        ? 'Set the one right private key (identityFile) for this VM in the settings, then retry.'
        : (remedy ??
          `Add your public key to ~/.ssh/authorized_keys of "${address.user}" on the VM, or choose another key or user, then retry.`),
      cause,
    },
  );
}

/**
 * The server wants a new password before it lets anybody in: at the login (RFC 4252, section 8), or behind it, where `words` are those
 * in which it refused to run a command.
 */
export function passwordExpired(address: SshAddress, words?: string): ConnectionError {
  const port = address.port === 22 ? '' : `-p ${address.port} `;
  return new ConnectionError(
    'authenticationFailed',
    `${describeAddress(address)} asks for a new password first${words === undefined ? '.' : `: ${printable(words, MAX_QUOTED_CHARACTERS)}`}`,
    {
      remedy: `Log in once with "ssh ${port}${address.user}@${address.host}" in a terminal, change the password, then retry.`,
    },
  );
}

/** The server broke the handshake off, or does not speak SSH as we do. */
export function handshakeFailed(address: SshAddress, cause: unknown): ConnectionError {
  const text = cause instanceof Error ? printable(cause.message, MAX_QUOTED_CHARACTERS) : 'closed';
  return new ConnectionError('other', `${describeAddress(address)} does not talk SSH with us: ${text}.`, {
    remedy: 'Check the port, and the log of the SSH server on the VM, then retry.',
    cause,
  });
}

export function connectionLost(address: SshAddress, cause: unknown): ConnectionError {
  return new ConnectionError('connectionLost', `The connection to ${describeAddress(address)} was lost.`, {
    remedy: 'Check the network and that the VM is running, then retry.',
    cause,
  });
}

/** Whether the server's settings forbid a channel, told apart from one that leads nowhere (RFC 4254, section 5.1). */
export function isForbidden(error: unknown): boolean {
  return (error as { readonly reason?: unknown } | undefined)?.reason === ADMINISTRATIVELY_PROHIBITED;
}

const ADMINISTRATIVELY_PROHIBITED = 1;

function errorCode(error: unknown): string | undefined {
  // All addresses of a name failed: the first failure speaks for them.
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The server's own words where `MaxAuthTries` is used up. */
export function isTooMany(error: unknown): boolean {
  return error instanceof Error && /too many authentication failures/i.test(error.message);
}

/** The server refused a channel: it allows fewer, or forbids this kind. */
export function isOpenFailure(error: unknown): boolean {
  return error instanceof Error && /channel open failure/i.test(error.message);
}
