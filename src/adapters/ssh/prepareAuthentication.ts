import { ConnectionError } from '../../application/ConnectionError.ts';
import type { SshPrompts } from '../../application/ports/SshPrompts.ts';
import type { SshAlgorithmChoice } from '../../core/vm/sshAlgorithms.ts';
import { type SshLogin, USUAL_LOGIN } from '../../core/vm/sshLogin.ts';
import { Authentication, type Credential, unlock } from './Authentication.ts';
import { certificateCredentials, type OpenedKey, orderAgentKeys } from './certificateCredentials.ts';
import { readCertificateFiles } from './certificateFiles.ts';
import type { SshAddress } from './connectErrors.ts';
import { FilteredAgent } from './FilteredAgent.ts';
import { expandHome, type KeyFile, readKeyFile } from './keyFiles.ts';
import { keyTypeOf } from './publicKeyBlobs.ts';
import { type AgentKey, type AgentKeys, findAgentKeys } from './sshAgents.ts';
import { isAcceptedKeyType } from './sshSignatures.ts';

export interface AuthenticationOptions {
  readonly address: SshAddress;
  /** The one key of the VM's settings: nothing else is tried, and it must be usable. May begin with `~/`. */
  readonly identityFile?: string;
  /** Of the SSH config; where there are none, the default keys. */
  readonly configuredKeyFiles: readonly string[];
  readonly defaultKeyFiles: readonly string[];
  /** `CertificateFile`; where there are none, those beside the key files. */
  readonly certificateFiles?: readonly string[];
  /** Keys of the agent count only where a configured file names them. */
  readonly identitiesOnly: boolean;
  readonly agentSockets: readonly string[];
  /** Library of a smart card: its keys count where the agent holds them. */
  readonly pkcs11Provider?: string;
  /** Without them nothing is asked. */
  readonly prompts?: SshPrompts;
  /** Of the SSH config; without it ssh's defaults. */
  readonly login?: SshLogin;
  readonly algorithms?: SshAlgorithmChoice;
}

interface FoundKeyFile {
  readonly file: string;
  readonly read: KeyFile;
}

/**
 * Finds the ways to prove who we are, in ssh's order: certificates, keys that are named and in the agent, named key files, other keys of
 * the agent, default key files; then keys with a passphrase, certificates that do not seem valid, and what the server asks for.
 * @throws ConnectionError (rejects) where the key file of the settings cannot be used.
 */
export async function prepareAuthentication(options: AuthenticationOptions): Promise<Authentication> {
  const allAgentKeys = await findAgentKeys(options.agentSockets);
  if (options.identityFile !== undefined) {
    return await settingsAuthentication(options.identityFile, allAgentKeys, options);
  }
  const { address, prompts } = options;
  const isAccepted = (key: Uint8Array): boolean => isAcceptedKeyType(keyTypeOf(key), options.algorithms);
  const agentKeys = allAgentKeys && { ...allAgentKeys, keys: allAgentKeys.keys.filter(({ blob }) => isAccepted(blob)) };
  const nowMs = Date.now();
  const isConfigured = options.configuredKeyFiles.length > 0;
  const keyFiles = isConfigured ? options.configuredKeyFiles : options.defaultKeyFiles;
  const [allFiles, { certificates: allCertificates, notes: unusable }] = await Promise.all([
    Promise.all(keyFiles.map(async (file) => ({ file: expandHome(file), read: await readKeyFile(file) }))),
    readCertificateFiles(options.certificateFiles ?? [], keyFiles),
  ]);
  const notes: string[] = [...unusable];
  const files = allFiles.filter(({ file, read }) => {
    const isLeft = !('publicPart' in read) || read.publicPart === undefined || isAccepted(read.publicPart);
    if (!isLeft) notes.push(`${file} (left out: PubkeyAcceptedAlgorithms of the SSH config)`);
    return isLeft;
  });
  const certificates = allCertificates.filter(({ certificate }) => isAccepted(certificate.blob));
  const plain: Credential[] = [];
  const locked: Credential[] = [];
  const certified = certificateCredentials({
    certificates,
    keyFiles: files,
    agentKeys,
    username: address.user,
    canAsk: prompts !== undefined,
    nowMs,
  });
  notes.push(...certified.notes);
  const usedFromAgent = new Set(certified.used);
  for (const { file, read } of files) {
    const inAgent = isConfigured ? fromAgent(file, read, agentKeys, address.user) : undefined;
    if (inAgent !== undefined) {
      plain.push(inAgent.credential);
      usedFromAgent.add(inAgent.key);
    } else if (read.kind === 'privateKey') {
      plain.push(privateKey(file, read.text, address.user));
    } else if (read.kind === 'encrypted') {
      if (prompts === undefined) notes.push(`${file} (left out: it has a passphrase)`);
      else locked.push({ kind: 'locked', label: file, file, text: read.text });
    } else if (isConfigured) {
      notes.push(`${file} (left out: it ${reasonOf(read)})`);
    }
  }
  const others = agentCredentials(options.identitiesOnly ? undefined : agentKeys, usedFromAgent, address.user, nowMs);
  if (agentKeys === undefined)
    notes.unshift(options.agentSockets.length === 0 ? 'no SSH agent is running' : 'the SSH agent holds no keys');
  const keys = isConfigured
    ? [...plain, ...others.credentials, ...locked]
    : [...others.credentials, ...plain, ...locked];
  const { pkcs11Provider: provider } = options;
  if (provider !== undefined) notes.push(`keys behind ${provider} (left out: PKCS11Provider of the SSH config)`);
  const load = provider && `Load the keys of the card into the SSH agent with "ssh-add -s ${provider}", then retry.`;
  const remedy = certified.remedy ?? others.remedy ?? load;
  return new Authentication(address, [...certified.first, ...keys, ...certified.last], notes, prompts, {
    ...(remedy === undefined ? {} : { remedy }),
    ...(options.login === undefined ? {} : { login: options.login }),
  });
}

/** The one key of the settings, with its certificates: those beside it and those that the agent holds. */
async function settingsAuthentication(
  identityFile: string,
  agentKeys: AgentKeys | undefined,
  options: AuthenticationOptions,
): Promise<Authentication> {
  const { address, prompts } = options;
  const nowMs = Date.now();
  const found = { file: expandHome(identityFile), read: await readKeyFile(identityFile) };
  const { certificates, notes } = await readCertificateFiles([], [identityFile]);
  const publicPart = 'publicPart' in found.read ? found.read.publicPart : undefined;
  const ofThisKey = agentKeys?.keys.filter(
    ({ certificate }) => certificate !== undefined && publicPart?.equals(certificate.key) === true,
  );
  // Some authorities put nothing but the certificate into the agent.
  const { opened, credential } =
    ofThisKey === undefined || ofThisKey.length === 0 || fromAgent(found.file, found.read, agentKeys, address.user)
      ? await settingsCredential(found, agentKeys, options)
      : laterCredential(found, options);
  const certified = certificateCredentials({
    certificates,
    keyFiles: [{ file: found.file, read: opened ?? found.read }],
    agentKeys,
    username: address.user,
    canAsk: false,
    nowMs,
  });
  const held = agentCredentials(
    agentKeys === undefined ? undefined : { agent: agentKeys.agent, keys: ofThisKey ?? [] },
    certified.used,
    address.user,
    nowMs,
  );
  const remedy = certified.remedy ?? held.remedy;
  return new Authentication(
    address,
    [...certified.first, ...held.credentials, ...(credential === undefined ? [] : [credential]), ...certified.last],
    [...notes, ...certified.notes],
    prompts,
    { isOneKey: true, login: keyFirst(options.login), ...(remedy === undefined ? {} : { remedy }) },
  );
}

/** The settings of the VM win over "PubkeyAuthentication no". */
function keyFirst(login: SshLogin = USUAL_LOGIN): SshLogin {
  return { ...login, methods: ['publickey', ...login.methods.filter((method) => method !== 'publickey')] };
}

/** The key file where a certificate is there to be tried before it: nobody is asked for its passphrase in vain. */
function laterCredential(
  { file, read }: FoundKeyFile,
  { address, prompts }: AuthenticationOptions,
): { readonly credential?: Credential; readonly opened?: OpenedKey } {
  if (read.kind === 'privateKey') return { credential: privateKey(file, read.text, address.user) };
  if (read.kind !== 'encrypted' || prompts === undefined) return {};
  return { credential: { kind: 'locked', label: file, file, text: read.text } };
}

/** `opened`: the file, where its passphrase was needed. */
async function settingsCredential(
  { file, read }: FoundKeyFile,
  agentKeys: AgentKeys | undefined,
  { address, prompts }: AuthenticationOptions,
): Promise<{ readonly credential: Credential; readonly opened?: OpenedKey }> {
  if (read.kind === 'privateKey') return { credential: privateKey(file, read.text, address.user) };
  const inAgent = fromAgent(file, read, agentKeys, address.user);
  if (inAgent !== undefined) return { credential: inAgent.credential };
  if (read.kind === 'encrypted') {
    const passphrase = await unlock(file, read.text, prompts);
    return {
      opened: { kind: 'opened', text: read.text, passphrase },
      credential: {
        kind: 'method',
        label: file,
        method: { type: 'publickey', username: address.user, key: read.text, passphrase },
      },
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
): { readonly credential: Credential; readonly key: AgentKey } | undefined {
  const publicPart = 'publicPart' in read ? read.publicPart : undefined;
  const key = agentKeys?.keys.find(({ blob }) => publicPart !== undefined && blob.equals(publicPart));
  if (agentKeys === undefined || key === undefined) return undefined;
  const agent = new FilteredAgent(agentKeys.agent, [key.key]);
  return {
    key,
    credential: { kind: 'method', label: `${file} from the SSH agent`, method: { type: 'agent', username, agent } },
  };
}

function agentCredentials(
  agentKeys: AgentKeys | undefined,
  used: ReadonlySet<AgentKey>,
  username: string,
  nowMs: number,
): { readonly credentials: readonly Credential[]; readonly remedy: string | undefined } {
  const unused = agentKeys?.keys.filter((key) => !used.has(key)) ?? [];
  const { keys, problems, remedy } = orderAgentKeys(unused, username, nowMs);
  if (agentKeys === undefined || keys.length === 0) return { credentials: [], remedy };
  const count = `${keys.length} ${keys.length === 1 ? 'key' : 'keys'} of the SSH agent`;
  const label = problems.length === 0 ? count : `${count} (${problems.join('; ')})`;
  const agent = new FilteredAgent(
    agentKeys.agent,
    keys.map(({ key }) => key),
  );
  return { credentials: [{ kind: 'method', label, method: { type: 'agent', username, agent } }], remedy };
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
