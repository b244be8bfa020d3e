import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Client, ParsedKey } from 'ssh2';

/**
 * Saves what ssh2 1.17 does for nothing, by reaching into it; what is checked stays as it is. To be called right after `connect`, and
 * after whatever else changes how keys are shown to the server. Where this ssh2 is not as expected, nothing changes.
 */
export function quickenClient(client: Client): void {
  const protocol = (client as { _protocol?: Partial<Protocol> })._protocol;
  if (protocol === undefined) return;
  signAtOnce(protocol);
  authenticateAtOnce(protocol);
  leaveOtherHostKeys(protocol);
  client.on('handshake', () => {
    prepareKey(protocol._cipher, '_encKey');
    prepareKey(protocol._decipher, '_decipherKey');
  });
}

/** Asks for a sign of life, as ssh2's own keepalive does (`sendKA` in lib/client.js): answers to such requests come in their order. */
export function askServer(client: Client): void {
  const { _protocol: protocol, _callbacks: callbacks } = client as {
    _protocol?: Partial<Protocol>;
    _callbacks?: (() => void)[];
  };
  if (protocol?.ping === undefined || callbacks === undefined) return;
  callbacks.push(() => {});
  protocol.ping();
}

/** What is used of ssh2's `Protocol` (lib/protocol/Protocol.js). */
interface Protocol {
  authPK: AuthPK;
  ping(): void;
  service: Service;
  readonly _handlers: {
    GLOBAL_REQUEST?: GlobalRequest;
    SERVICE_ACCEPT?: ServiceAccept;
    EXT_INFO?: (...told: unknown[]) => void;
  };
  readonly _cipher: CipherState;
  readonly _decipher: CipherState;
}

type AuthPK = (username: string, key: ParsedKey, algorithm?: string, sign?: Sign) => void;
type Sign = (data: Buffer, use: (signature: Buffer) => void) => void;
type GlobalRequest = (protocol: unknown, name: string, wantsReply: boolean, data: unknown) => void;
type Service = (name: string) => void;
type ServiceAccept = (protocol: unknown, name: string) => void;
type KeyName = '_encKey' | '_decipherKey';
type CipherState = { [name in KeyName]?: Buffer | KeyObject };

/**
 * ssh2 first asks whether a key would do, and signs in a second round trip. With the private key at hand the question saves nothing: a
 * refusal counts the same. Keys of an agent are asked about as before, because a signature may take a touch or a question there.
 */
function signAtOnce(protocol: Partial<Protocol>): void {
  const { authPK } = protocol;
  if (authPK === undefined) return;
  protocol.authPK = (username, key, algorithm, sign) => {
    if (sign !== undefined || !isPrivate(key)) return authPK.call(protocol, username, key, algorithm, sign);
    authPK.call(protocol, username, key, algorithm, (data, use) => {
      // RFC 8332; other keys have one hash.
      const hash = /^rsa-sha2-(256|512)$/.exec(algorithm ?? '')?.[1];
      const signature: unknown = key.sign(data, hash === undefined ? undefined : `sha${hash}`);
      if (Buffer.isBuffer(signature)) use(signature);
      // Its own way tells of keys that cannot sign.
      else authPK.call(protocol, username, key, algorithm);
    });
  };
}

/**
 * The first way to authenticate goes out with the request for the service that takes it, one round trip earlier. RFC 4253 (section 10) has
 * a client wait for the answer only where the key exchange did not prove who the server is; here the host key was checked before it. Only
 * where the server has told which signatures it takes (RFC 8308), as that decides how a key is shown.
 */
function authenticateAtOnce(protocol: Partial<Protocol>): void {
  const { service, _handlers: handlers } = protocol;
  const { SERVICE_ACCEPT: accept, EXT_INFO: learn } = handlers ?? {};
  if (service === undefined || handlers === undefined || accept === undefined || learn === undefined) return;
  let hasLearned = false;
  let hasBegun = false;
  handlers.EXT_INFO = (...told) => {
    learn(...told);
    hasLearned = true;
  };
  handlers.SERVICE_ACCEPT = (from, name) => {
    if (!hasBegun) accept(from, name);
  };
  protocol.service = (name) => {
    service.call(protocol, name);
    if (!hasLearned) return;
    hasBegun = true;
    accept(protocol, name);
  };
}

function isPrivate(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'isPrivateKey' in key && (key as ParsedKey).isPrivateKey();
}

/** OpenSSH tells its other host keys after the login, and ssh2 has it prove each of them, for an event that nobody here listens to. */
function leaveOtherHostKeys({ _handlers: handlers }: Partial<Protocol>): void {
  const handle = handlers?.GLOBAL_REQUEST;
  if (handlers === undefined || handle === undefined) return;
  handlers.GLOBAL_REQUEST = (protocol, name, wantsReply, data) => {
    if (name !== 'hostkeys-00@openssh.com' || wantsReply) handle(protocol, name, wantsReply, data);
  };
}

/**
 * ssh2 makes a new AES-GCM cipher for each packet from a key that is a mere buffer, and Node 24 takes a tenth of a millisecond each time
 * to find out what it is.
 */
function prepareKey(cipher: CipherState | undefined, name: KeyName): void {
  const key = cipher?.[name];
  if (cipher !== undefined && Buffer.isBuffer(key)) cipher[name] = createSecretKey(key);
}
