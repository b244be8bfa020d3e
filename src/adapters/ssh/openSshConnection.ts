import type { Duplex } from 'node:stream';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { HostKeyDecision } from '../../application/ports/MachineConnector.ts';
import type { SshPrompts } from '../../application/ports/SshPrompts.ts';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';
import { parseJump, type SshRoute, type SshRouteContext } from '../../core/vm/resolveSshRoute.ts';
import { askKnownHostsCommand } from './askKnownHostsCommand.ts';
import { describeAddress, isForbidden, type SshAddress } from './connectErrors.ts';
import { dialAhead } from './dialAhead.ts';
import { fileHostKeys, type KnownHostsFiles, knownHostsFilesOf } from './fileHostKeys.ts';
import { judgeRoute } from './judgeRoute.ts';
import { openProxyCommand } from './openProxyCommand.ts';
import { type Dialing, openSocket } from './openSocket.ts';
import { prepareAuthentication } from './prepareAuthentication.ts';
import { SshConnection } from './SshConnection.ts';
import { dialOptions, type SshTimings } from './SshTimings.ts';
import { agentSocketsOf } from './sshAgents.ts';
import { transportAlgorithms } from './transportAlgorithms.ts';

/** What is asked for; it wins over the SSH config. */
export interface SshRequest {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  /** The one key to use. */
  readonly identityFile?: string;
}

export interface SshEnvironment {
  readonly config: SshRouteContext;
  readonly knownHosts: KnownHostsFiles;
  readonly agentSockets: readonly string[];
  readonly defaultKeyFiles: readonly string[];
  readonly decideHostKey: HostKeyDecision;
  readonly prompts: SshPrompts | undefined;
  readonly timings: Partial<SshTimings>;
  readonly log: (message: string) => void;
}

// More hops than anybody has; a config whose hops name each other would never end.
const MAX_HOPS = 8;

/**
 * One connection as `ssh` would make it: the SSH config, jump hosts and proxy command included, each host key verified, each host
 * authenticated by itself. @throws ConnectionError (rejects) with the reason, or the signal's reason.
 */
export function openSshConnection(
  request: SshRequest,
  environment: SshEnvironment,
  signal?: AbortSignal,
): Promise<SshConnection> {
  return openHop(request, environment, { before: undefined, depth: 0 }, signal);
}

/** `before`: the connection through which this hop is reached, instead of what its own config says. */
interface HopPlace {
  readonly before: SshConnection | undefined;
  readonly depth: number;
}

async function openHop(
  request: SshRequest,
  environment: SshEnvironment,
  place: HopPlace,
  signal: AbortSignal | undefined,
): Promise<SshConnection> {
  const route = await judgeRoute(request, environment.config, environment, signal);
  const address: SshAddress = { host: route.host, port: route.port, user: route.user };
  if (place.depth > MAX_HOPS) {
    throw new ConnectionError(
      'other',
      `The way to ${describeAddress(address)} goes through more than ${MAX_HOPS} hosts.`,
      {
        remedy: 'Check ProxyJump in your SSH config: the hosts may name each other.',
      },
    );
  }
  sayOnce(address, route.notJudged, environment.log);
  const { knownHostsCommand } = route;
  const algorithms = transportAlgorithms(route.algorithms, address);
  const jumps: SshConnection[] = [];
  const timings = { ...configuredTimings(route), ...environment.timings };
  const openStream = streamOpener(route, address, environment, place, jumps);
  const dialing = dialingOf(route);
  const ahead =
    openStream === undefined
      ? dialAhead((given) => openSocket(address, dialOptions(timings, dialing), given), signal)
      : undefined;
  try {
    const [hostKeys, authentication] = await Promise.all([
      fileHostKeys(
        {
          host: route.host,
          port: route.port,
          ...(route.hostKeyAlias === undefined ? {} : { alias: route.hostKeyAlias }),
        },
        knownHostsFilesOf(route, environment.knownHosts),
        {
          decide: environment.decideHostKey,
          strict: route.strictHostKeyChecking,
          hashNames: route.hashKnownHosts,
          revokedKeyFiles: route.revokedKeyFiles ?? [],
          ...(knownHostsCommand === undefined
            ? {}
            : {
                ask: (question) =>
                  askKnownHostsCommand(knownHostsCommand, question, { address, log: environment.log, signal }),
              }),
          algorithms: route.algorithms,
        },
      ),
      prepareAuthentication({
        address,
        configuredKeyFiles: route.identityFiles,
        defaultKeyFiles: environment.defaultKeyFiles,
        certificateFiles: route.certificateFiles,
        identitiesOnly: route.identitiesOnly,
        agentSockets: agentSocketsOf(route.identityAgent, environment.agentSockets),
        ...(request.identityFile === undefined ? {} : { identityFile: request.identityFile }),
        login: route.login,
        algorithms: route.algorithms,
        ...(route.pkcs11Provider === undefined ? {} : { pkcs11Provider: route.pkcs11Provider }),
        ...(environment.prompts === undefined || route.login.isSilent ? {} : { prompts: environment.prompts }),
      }),
    ]);
    const connection = await SshConnection.open({
      address,
      hostKeys,
      authentication,
      timings,
      algorithms,
      dialing,
      ...(openStream === undefined ? {} : { openStream }),
      ...(ahead === undefined ? {} : { ahead }),
      ...(signal === undefined ? {} : { signal }),
    });
    void connection.closed.then(() => closeAll(jumps));
    return connection;
  } catch (error) {
    ahead?.giveUp();
    await closeAll(jumps);
    throw error;
  }
}

/** To the log channel, once for each address: what counts for `ssh` and not here. */
function sayOnce(address: SshAddress, leftOut: readonly string[], log: (message: string) => void): void {
  const said = SAID.get(log) ?? new Set();
  SAID.set(log, said);
  const messages = leftOut.map((name) => `${describeAddress(address)}: "${name}" of the SSH config was left out.`);
  for (const message of messages.filter((one) => !said.has(one))) {
    said.add(message);
    log(message);
  }
}

const SAID = new WeakMap<(message: string) => void, Set<string>>();

type OpenStream = (signal: AbortSignal | undefined) => Promise<Duplex>;

function streamOpener(
  route: SshRoute,
  address: SshAddress,
  environment: SshEnvironment,
  place: HopPlace,
  jumps: SshConnection[],
): OpenStream | undefined {
  const { before } = place;
  if (before !== undefined) return () => throughJump(before, address);
  const { proxyCommand } = route;
  if (proxyCommand !== undefined) return (signal) => openProxyCommand(proxyCommand, address, signal);
  if (route.proxyJump.length === 0) return undefined;
  return async (signal) => {
    await closeAll(jumps.splice(0));
    let last: SshConnection | undefined;
    for (const [index, text] of route.proxyJump.entries()) {
      const hop = parseJump(text);
      if (hop === undefined) {
        throw new ConnectionError('other', `"${text}" in ProxyJump for ${describeAddress(address)} is not a host.`, {
          remedy: 'Write user@host:port in your SSH config.',
        });
      }
      last = await openHop(hop, environment, { before: last, depth: place.depth + index + 1 }, signal);
      jumps.push(last);
    }
    if (last === undefined) throw new TypeError('A list of jump hosts cannot be empty.');
    return await throughJump(last, address);
  };
}

async function throughJump(jump: SshConnection, address: SshAddress): Promise<Duplex> {
  try {
    return await jump.openTcp(address.host, address.port);
  } catch (error) {
    const explained = jump.explain(error);
    if (explained.problem === 'connectionLost') throw explained;
    const from = describeAddress(jump.address);
    const forbidden = isForbidden(error);
    throw new ConnectionError(
      'unreachable',
      forbidden
        ? `The jump host ${from} does not forward connections (AllowTcpForwarding).`
        : `${formatHostPort(address.host, address.port)} cannot be reached from the jump host ${from}.`,
      {
        remedy: forbidden
          ? 'Set "AllowTcpForwarding yes" in its sshd_config, or use another way to the VM.'
          : 'Check the host and the port as the jump host sees them, then retry.',
        cause: error,
      },
    );
  }
}

function configuredTimings(route: SshRoute): Partial<SshTimings> {
  const { serverAliveIntervalMs, serverAliveCount, connectTimeoutMs } = route;
  return {
    // 0 switches the questions off in ssh; here a lost connection must be noticed.
    ...(serverAliveIntervalMs === undefined || serverAliveIntervalMs === 0
      ? {}
      : { keepaliveIntervalMs: serverAliveIntervalMs }),
    ...(serverAliveCount === undefined || serverAliveCount === 0 ? {} : { keepaliveCount: serverAliveCount }),
    ...(connectTimeoutMs === undefined || connectTimeoutMs === 0 ? {} : { connectTimeoutMs }),
  };
}

function dialingOf({ addressFamily, bindAddress, connectionAttempts }: SshRoute): Dialing {
  return {
    ...(addressFamily === undefined ? {} : { family: addressFamily }),
    ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
    ...(connectionAttempts === undefined ? {} : { attempts: connectionAttempts }),
  };
}

async function closeAll(connections: readonly SshConnection[]): Promise<void> {
  await Promise.all([...connections].reverse().map((connection) => connection.close()));
}
