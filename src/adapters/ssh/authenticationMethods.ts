import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AnyAuthMethod, type BaseAgent, type ParsedKey } from 'ssh2';
import { ConnectionError } from '../../application/ConnectionError.ts';
import { encryptedKeyPublicPart } from './encryptedKeyPublicPart.ts';
import { FilteredAgent, identitiesOf } from './FilteredAgent.ts';

export interface AuthenticationOptions {
  readonly user: string;
  /** Path of a private key, or of the public key of one that the agent holds; may begin with `~/`. */
  readonly identityFile?: string;
  /** Socket or pipe of the SSH agent; absent where there is none. */
  readonly agentSocket?: string;
  /** Tried in order where no `identityFile` is given. */
  readonly defaultKeyFiles: readonly string[];
  readonly askPassphrase?: AskPassphrase;
}

/** Asks the person for the passphrase of a key; `undefined` where they do not want to. `attempt` counts from 1. */
export type AskPassphrase = (keyFile: string, attempt: number) => Promise<string | undefined>;

export interface AuthenticationPlan {
  /** In the order to try. */
  readonly methods: readonly AnyAuthMethod[];
  /** What will be tried and what could not be, for messages; never contents. */
  readonly tried: readonly string[];
}

const MAX_PASSPHRASE_ATTEMPTS = 3;

/** `SSH_AUTH_SOCK`, or the pipe of the OpenSSH agent on Windows. */
export function defaultAgentSocket(): string | undefined {
  const socket = process.env['SSH_AUTH_SOCK'];
  if (socket !== undefined && socket !== '') return socket;
  return process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : undefined;
}

/** The keys that ssh tries by itself and that ssh2 can read. */
export function defaultKeyFiles(): readonly string[] {
  return ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(homedir(), '.ssh', name));
}

/**
 * Finds the ways to prove who we are: the given key file alone, else the agent's keys and then the default key files.
 * @throws ConnectionError where the given key file cannot be used.
 */
export async function authenticationMethods(options: AuthenticationOptions): Promise<AuthenticationPlan> {
  const agent = options.agentSocket === undefined ? undefined : ssh2.createAgent(options.agentSocket);
  const identities = agent === undefined ? [] : await identitiesOf(agent);
  if (options.identityFile !== undefined) {
    return identityFileMethod(expandHome(options.identityFile), options, agent, identities);
  }

  const methods: AnyAuthMethod[] = [];
  const tried: string[] = [];
  if (agent !== undefined && identities.length > 0) {
    methods.push({ type: 'agent', username: options.user, agent: new FilteredAgent(agent, identities) });
    tried.push(`${identities.length} ${identities.length === 1 ? 'key' : 'keys'} of the SSH agent`);
  } else {
    tried.push(agent === undefined ? 'no SSH agent is running' : 'the SSH agent holds no keys');
  }
  for (const file of options.defaultKeyFiles) {
    const read = await readKey(file);
    if (read.kind === 'privateKey') {
      methods.push({ type: 'publickey', username: options.user, key: read.text });
      tried.push(file);
    } else if (read.kind === 'encrypted') {
      tried.push(`${file} (left out: it has a passphrase)`);
    }
  }
  return { methods, tried };
}

async function identityFileMethod(
  file: string,
  options: AuthenticationOptions,
  agent: BaseAgent | undefined,
  identities: readonly ParsedKey[],
): Promise<AuthenticationPlan> {
  const read = await readKey(file);
  if (read.kind === 'privateKey') {
    return { methods: [{ type: 'publickey', username: options.user, key: read.text }], tried: [file] };
  }
  if (read.kind === 'unusable') {
    throw new ConnectionError('authenticationFailed', `The key file ${file} ${read.reason}.`, {
      remedy: 'Choose another private key for this VM in the settings.',
      cause: read.cause,
    });
  }
  const inAgent = identities.find(
    (identity) => read.publicPart !== undefined && identity.getPublicSSH().equals(read.publicPart),
  );
  if (agent !== undefined && inAgent !== undefined) {
    return {
      methods: [{ type: 'agent', username: options.user, agent: new FilteredAgent(agent, [inAgent]) }],
      tried: [`${file} from the SSH agent`],
    };
  }
  if (read.kind === 'publicKey') {
    throw new ConnectionError(
      'authenticationFailed',
      `${file} is a public key, and the SSH agent does not hold its private key.`,
      {
        remedy: 'Name the private key in the settings, or add it to the SSH agent.',
      },
    );
  }
  const unlocked = await unlock(file, read.text, options.askPassphrase);
  return { methods: [{ type: 'publickey', username: options.user, ...unlocked }], tried: [file] };
}

async function unlock(
  file: string,
  text: string,
  askPassphrase: AskPassphrase | undefined,
): Promise<{ readonly key: string; readonly passphrase: string }> {
  for (let attempt = 1; askPassphrase !== undefined && attempt <= MAX_PASSPHRASE_ATTEMPTS; attempt += 1) {
    const passphrase = await askPassphrase(file, attempt);
    if (passphrase === undefined) break;
    if (!(ssh2.utils.parseKey(text, passphrase) instanceof Error)) return { key: text, passphrase };
  }
  throw new ConnectionError('authenticationFailed', `The key file ${file} is protected by a passphrase.`, {
    remedy: `Add it to the SSH agent with "ssh-add ${file}", then retry.`,
  });
}

type ReadKey =
  | { readonly kind: 'privateKey'; readonly text: string }
  | { readonly kind: 'encrypted'; readonly text: string; readonly publicPart: Buffer | undefined }
  | { readonly kind: 'publicKey'; readonly publicPart: Buffer }
  /** `reason` follows the name of the file. */
  | { readonly kind: 'unusable'; readonly reason: string; readonly cause?: unknown };

async function readKey(file: string): Promise<ReadKey> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    return { kind: 'unusable', reason: missing ? 'does not exist' : 'could not be read', cause };
  }
  const parsed = firstKey(ssh2.utils.parseKey(text));
  if (!(parsed instanceof Error)) {
    if (parsed.isPrivateKey()) return { kind: 'privateKey', text };
    return { kind: 'publicKey', publicPart: parsed.getPublicSSH() };
  }
  if (!/encrypted/i.test(parsed.message)) {
    return { kind: 'unusable', reason: 'is not a private key that can be read', cause: parsed };
  }
  const publicPart = encryptedKeyPublicPart(text) ?? (await readPublicPart(`${file}.pub`));
  return { kind: 'encrypted', text, publicPart };
}

async function readPublicPart(file: string): Promise<Buffer | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const parsed = text === undefined ? undefined : firstKey(ssh2.utils.parseKey(text));
  return parsed === undefined || parsed instanceof Error ? undefined : parsed.getPublicSSH();
}

function firstKey(parsed: ParsedKey | Error | readonly ParsedKey[]): ParsedKey | Error {
  if (!Array.isArray(parsed)) return parsed as ParsedKey | Error;
  return (parsed as readonly ParsedKey[])[0] ?? new Error('The file holds no key.');
}

function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
