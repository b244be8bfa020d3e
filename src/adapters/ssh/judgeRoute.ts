import { lookup } from 'node:dns/promises';
import { ConnectionError } from '../../application/ConnectionError.ts';
import { hostProblem, userProblem } from '../../core/vm/parseSshTarget.ts';
import { routeFrom, type SshRoute, type SshRouteContext, type SshRouteRequest } from '../../core/vm/resolveSshRoute.ts';
import { sshConfigLines } from '../../core/vm/sshConfigLines.ts';
import { describeAddress, nameServerSilent, type SshAddress } from './connectErrors.ts';
import { runMatchCommand } from './runMatchCommand.ts';

// ssh waits for ever; a check for a network or a VPN takes a moment.
const MATCH_COMMAND_TIMEOUT_MS = 15_000;
const LOOKUP_TIMEOUT_MS = 10_000;

/**
 * The route of a connection that is about to be made: runs what the SSH config asks for by `Match exec`, where the criteria before it
 * hold, and looks up whole names for short ones (`CanonicalizeHostname`). @throws ConnectionError (rejects), or the signal's reason.
 */
export async function judgeRoute(
  request: SshRouteRequest,
  context: SshRouteContext,
  { log, timeoutMs = MATCH_COMMAND_TIMEOUT_MS }: { log: (message: string) => void; timeoutMs?: number },
  signal: AbortSignal | undefined,
): Promise<SshRoute> {
  const lines = sshConfigLines(context.files);
  const commandResults = new Map(context.commandResults);
  const resolvedNames = new Map(context.resolvedNames);
  for (;;) {
    const route = routeFrom(request, lines, { ...context, commandResults, resolvedNames });
    const { awaitedCommand, awaitedName, proxyCommand } = route;
    if (awaitedCommand !== undefined) {
      refuseShellCharacters(request, 'Match exec');
      const result = await runMatchCommand(awaitedCommand, route, timeoutMs, signal);
      log(`${describeAddress(route)}: "Match exec" of the SSH config ${result ? 'holds' : 'does not hold'}.`);
      commandResults.set(awaitedCommand, result);
    } else if (awaitedName !== undefined) {
      resolvedNames.set(awaitedName, await hasAddress(awaitedName, route, signal));
    } else {
      if (route.hasNoWholeName === true) throw noWholeName(route);
      if (proxyCommand !== undefined) refuseShellCharacters(request, 'ProxyCommand');
      return route;
    }
  }
}

/** Asks the system's resolver, which cannot be interrupted: nobody waits for it longer than for a connection. */
async function hasAddress(name: string, address: SshAddress, signal: AbortSignal | undefined): Promise<boolean> {
  const giveUp = AbortSignal.timeout(LOOKUP_TIMEOUT_MS);
  const ended = AbortSignal.any(signal === undefined ? [giveUp] : [giveUp, signal]);
  const found = lookup(name).then(
    () => true,
    () => false,
  );
  const tooLate = new Promise<undefined>((resolve) =>
    ended.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
  const result = await Promise.race([found, tooLate]);
  signal?.throwIfAborted();
  if (result === undefined) throw nameServerSilent({ ...address, host: name }, LOOKUP_TIMEOUT_MS);
  return result;
}

function noWholeName(route: SshRoute): ConnectionError {
  return new ConnectionError(
    'nameNotResolved',
    `No name server knows "${route.host}" in any of the CanonicalDomains of the SSH config (for ${describeAddress(route)}).`,
    {
      remedy: 'Check your network and your VPN, or set "CanonicalizeFallbackLocal yes" in your SSH config, then retry.',
    },
  );
}

/** A name goes into the shell's command line by `%h`, `%n` and `%r`; ssh(1) refuses such names since 9.6 for the same reason. */
function refuseShellCharacters({ host, user }: SshRouteRequest, directive: string): void {
  // A backslash at the end would take away what stands behind the name.
  const userReason = user?.endsWith('\\') ? `The user "${user}" ends with a backslash.` : user && userProblem(user);
  const problem = hostProblem(host) ?? userReason;
  if (!problem) return;
  throw new ConnectionError('other', `A ${directive} cannot be run for this host. ${problem}`, {
    remedy: 'Give the host another name in your SSH config, then retry.',
  });
}
