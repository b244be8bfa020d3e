import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';
import { identitiesOf } from './FilteredAgent.ts';
import { expandHome } from './keyFiles.ts';

export interface AgentKeys {
  readonly agent: BaseAgent;
  readonly keys: readonly ParsedKey[];
}

/** Sockets and pipes of the agents that ssh programs use here: `SSH_AUTH_SOCK`; on Windows also the OpenSSH agent and Pageant. */
export function defaultAgentSockets(): readonly string[] {
  const socket = process.env['SSH_AUTH_SOCK'];
  const named = socket === undefined || socket === '' ? [] : [socket];
  return process.platform === 'win32' ? [...named, '\\\\.\\pipe\\openssh-ssh-agent', 'pageant'] : named;
}

/** The sockets that `IdentityAgent` of the SSH config means (ssh_config(5)). */
export function agentSocketsOf(identityAgent: string | undefined, usual: readonly string[]): readonly string[] {
  if (identityAgent === undefined || identityAgent === 'SSH_AUTH_SOCK') return usual;
  if (identityAgent.toLowerCase() === 'none') return [];
  if (identityAgent.startsWith('$')) {
    const socket = process.env[identityAgent.slice(1).replace(/^\{(.*)\}$/, '$1')];
    return socket === undefined || socket === '' ? [] : [socket];
  }
  return [expandHome(identityAgent)];
}

/** The first of the agents that holds keys; `undefined` where none answers with any. */
export async function findAgentKeys(sockets: readonly string[]): Promise<AgentKeys | undefined> {
  for (const socket of sockets) {
    const agent = ssh2.createAgent(socket);
    const keys = await identitiesOf(agent);
    if (keys.length > 0) return { agent, keys };
  }
  return undefined;
}
