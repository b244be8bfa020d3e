import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';
import { SshReader } from '../../core/vm/SshReader.ts';
import { parseSshCertificate, type SshCertificate } from '../../core/vm/sshCertificate.ts';
import { agentBlobs } from './agentRequests.ts';
import { blobKey } from './blobKey.ts';
import { expandHome } from './keyFiles.ts';

export interface AgentKeys {
  readonly agent: BaseAgent;
  /** Without those of types that nothing here can use. */
  readonly keys: readonly AgentKey[];
}

export interface AgentKey {
  readonly blob: Buffer;
  readonly key: ParsedKey;
  readonly certificate?: SshCertificate;
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
    const keys = (await agentBlobs(agent)).map(agentKey).filter((key) => key !== undefined);
    if (keys.length > 0) return { agent, keys };
  }
  return undefined;
}

const SECURITY_KEY = /^sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com$/;

function agentKey(blob: Buffer): AgentKey | undefined {
  const parsed = parseSshCertificate(blob);
  if (parsed.ok) {
    const { certificate } = parsed;
    return { blob, certificate, key: blobKey({ keyType: certificate.keyType, blob, isCertificate: true }) };
  }
  const keyType = new SshReader(blob).text() ?? '';
  if (SECURITY_KEY.test(keyType)) return { blob, key: blobKey({ keyType, blob, isCertificate: false }) };
  const key = ssh2.utils.parseKey(blob);
  return key instanceof Error ? undefined : { blob, key };
}
