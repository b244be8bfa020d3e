import { ConnectionError } from '../../application/ConnectionError.ts';
import type { SshPrompts } from '../../application/ports/SshPrompts.ts';
import { Authentication, type Credential, unlock } from './Authentication.ts';
import type { SshAddress } from './connectErrors.ts';
import { FilteredAgent } from './FilteredAgent.ts';
import { expandHome, type KeyFile, readKeyFile } from './keyFiles.ts';
import { type AgentKeys, findAgentKeys } from './sshAgents.ts';

export interface AuthenticationOptions {
  readonly address: SshAddress;
  /** The one key of the VM's settings: nothing else is tried, and it must be usable. May begin with `~/`. */
  readonly identityFile?: string;
  /** Of the SSH config; where there are none, the default keys. */
  readonly configuredKeyFiles: readonly string[];
  readonly defaultKeyFiles: readonly string[];
  /** Keys of the agent count only where a configured file names them. */
  readonly identitiesOnly: boolean;
  readonly agentSockets: readonly string[];
  /** Without them nothing is asked. */
  readonly prompts?: SshPrompts;
}

/**
 * Finds the ways to prove who we are, in ssh's order: keys that are named and in the agent, named key files, other keys of the agent,
 * default key files; then keys with a passphrase, and what the server asks for.
 * @throws ConnectionError (rejects) where the key file of the settings cannot be used.
 */
export async function prepareAuthentication(options: AuthenticationOptions): Promise<Authentication> {
  const agentKeys = await findAgentKeys(options.agentSockets);
  if (options.identityFile !== undefined) {
    const credential = await settingsCredential(options.identityFile, agentKeys, options);
    return new Authentication(options.address, [credential], [], options.prompts, { isOneKey: true });
  }
  const isConfigured = options.configuredKeyFiles.length > 0;
  const files = await Promise.all(
    (isConfigured ? options.configuredKeyFiles : options.defaultKeyFiles).map(async (file) => ({
      file: expandHome(file),
      read: await readKeyFile(file),
    })),
  );
  const notes: string[] = [];
  const first: Credential[] = [];
  const locked: Credential[] = [];
  const usedFromAgent = new Set<unknown>();
  for (const { file, read } of files) {
    const inAgent = isConfigured ? fromAgent(file, read, agentKeys, options.address.user) : undefined;
    if (inAgent !== undefined) {
      first.push(inAgent.credential);
      usedFromAgent.add(inAgent.key);
    } else if (read.kind === 'privateKey') {
      first.push(privateKey(file, read.text, options.address.user));
    } else if (read.kind === 'encrypted') {
      if (options.prompts === undefined) notes.push(`${file} (left out: it has a passphrase)`);
      else locked.push({ kind: 'locked', label: file, file, text: read.text });
    } else if (isConfigured) {
      notes.push(`${file} (left out: it ${reasonOf(read)})`);
    }
  }
  const others = options.identitiesOnly ? [] : agentCredentials(agentKeys, usedFromAgent, options.address.user);
  if (agentKeys === undefined)
    notes.unshift(options.agentSockets.length === 0 ? 'no SSH agent is running' : 'the SSH agent holds no keys');
  const credentials = isConfigured ? [...first, ...others, ...locked] : [...others, ...first, ...locked];
  return new Authentication(options.address, credentials, notes, options.prompts);
}

async function settingsCredential(
  identityFile: string,
  agentKeys: AgentKeys | undefined,
  options: AuthenticationOptions,
): Promise<Credential> {
  const { address, prompts } = options;
  const file = expandHome(identityFile);
  const read = await readKeyFile(identityFile);
  if (read.kind === 'privateKey') return privateKey(file, read.text, address.user);
  const inAgent = fromAgent(file, read, agentKeys, address.user);
  if (inAgent !== undefined) return inAgent.credential;
  if (read.kind === 'encrypted') {
    const passphrase = await unlock(file, read.text, prompts);
    return {
      kind: 'method',
      label: file,
      method: { type: 'publickey', username: address.user, key: read.text, passphrase },
    };
  }
  if (read.kind === 'publicKey') {
    throw new ConnectionError(
      'authenticationFailed',
      `${file} is a public key, and the SSH agent does not hold its private key.`,
      { remedy: 'Name the private key in the settings, or add it to the SSH agent.' },
    );
  }
  throw new ConnectionError('authenticationFailed', `The key file ${file} ${reasonOf(read)}.`, {
    remedy: 'Choose another private key for this VM in the settings.',
    cause: read.kind === 'unusable' ? read.cause : undefined,
  });
}

function privateKey(file: string, text: string, username: string): Credential {
  return { kind: 'method', label: file, method: { type: 'publickey', username, key: text } };
}

function fromAgent(
  file: string,
  read: KeyFile,
  agentKeys: AgentKeys | undefined,
  username: string,
): { readonly credential: Credential; readonly key: unknown } | undefined {
  const publicPart = 'publicPart' in read ? read.publicPart : undefined;
  const key = agentKeys?.keys.find((held) => publicPart !== undefined && held.getPublicSSH().equals(publicPart));
  if (agentKeys === undefined || key === undefined) return undefined;
  const agent = new FilteredAgent(agentKeys.agent, [key]);
  return {
    key,
    credential: { kind: 'method', label: `${file} from the SSH agent`, method: { type: 'agent', username, agent } },
  };
}

function agentCredentials(
  agentKeys: AgentKeys | undefined,
  used: ReadonlySet<unknown>,
  username: string,
): readonly Credential[] {
  const keys = agentKeys?.keys.filter((key) => !used.has(key)) ?? [];
  if (agentKeys === undefined || keys.length === 0) return [];
  const label = `${keys.length} ${keys.length === 1 ? 'key' : 'keys'} of the SSH agent`;
  const agent = new FilteredAgent(agentKeys.agent, keys);
  return [{ kind: 'method', label, method: { type: 'agent', username, agent } }];
}

function reasonOf(read: KeyFile): string {
  switch (read.kind) {
    case 'missing':
      return 'does not exist';
    case 'unusable':
      return read.reason;
    case 'publicKey':
      return 'is a public key that the agent does not hold';
    default:
      return 'cannot be used';
  }
}
