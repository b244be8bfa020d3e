import { ConnectionError } from '../../application/ConnectionError.ts';
import { hostProblem, userProblem } from '../../core/vm/parseSshTarget.ts';
import { routeFrom, type SshRoute, type SshRouteContext, type SshRouteRequest } from '../../core/vm/resolveSshRoute.ts';
import { sshConfigLines } from '../../core/vm/sshConfigLines.ts';
import { describeAddress } from './connectErrors.ts';
import { runMatchCommand } from './runMatchCommand.ts';

// ssh waits for ever; a check for a network or a VPN takes a moment.
const MATCH_COMMAND_TIMEOUT_MS = 15_000;

/**
 * The route of a connection that is about to be made: runs what the SSH config asks for by `Match exec`, where the criteria before it
 * hold. @throws ConnectionError (rejects), or the signal's reason.
 */
export async function judgeRoute(
  request: SshRouteRequest,
  context: SshRouteContext,
  { log, timeoutMs = MATCH_COMMAND_TIMEOUT_MS }: { log: (message: string) => void; timeoutMs?: number },
  signal: AbortSignal | undefined,
): Promise<SshRoute> {
  const lines = sshConfigLines(context.files);
  const commandResults = new Map(context.commandResults);
  for (;;) {
    const route = routeFrom(request, lines, { ...context, commandResults });
    const { awaitedCommand, proxyCommand } = route;
    if (awaitedCommand !== undefined) refuseShellCharacters(request, 'Match exec');
    else if (proxyCommand !== undefined) refuseShellCharacters(request, 'ProxyCommand');
    if (awaitedCommand === undefined) return route;
    const result = await runMatchCommand(awaitedCommand, route, timeoutMs, signal);
    log(`${describeAddress(route)}: "Match exec" of the SSH config ${result ? 'holds' : 'does not hold'}.`);
    commandResults.set(awaitedCommand, result);
  }
}

/** A name goes into the shell's command line by `%h`, `%n` and `%r`; ssh(1) refuses such names since 9.6 for the same reason. */
function refuseShellCharacters({ host, user }: SshRouteRequest, directive: string): void {
  const problem = hostProblem(host) ?? (user === undefined ? undefined : userProblem(user));
  if (problem === undefined) return;
  throw new ConnectionError('other', `A ${directive} cannot be run for this host. ${problem}`, {
    remedy: 'Give the host another name in your SSH config, then retry.',
  });
}
