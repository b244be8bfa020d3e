import type { Client, ParsedKey } from 'ssh2';
import { sshStrings } from '../../core/vm/SshReader.ts';
import { certifiedAlgorithm, parseSshCertificate, plainAlgorithm } from '../../core/vm/sshCertificate.ts';
import { blobKeyParts } from './blobKey.ts';

/*
 * ssh2 1.17 knows no certificates: it writes the certificate's algorithm into a signature, which no server takes, and neither offers
 * nor reads a host's certificate. This file alone reaches into it, and changes nothing in what is checked: the key exchange is still
 * ssh2's own, its hash over the certificate as it came, its signature checked with the key inside. Where something here no longer fits,
 * that check fails.
 */

/**
 * Prepares a client for certificates; to be called right after `connect`, before anything was received.
 * `hostAlgorithms`: those of host certificates to ask for, before the plain ones (without those: ssh2's own); the `hostVerifier` is then
 * shown the certificate. Where there are none, what is asked for stays as it is.
 * `false` where this ssh2 is not the one that this was written for: the connection goes on without certificates.
 */
export function addCertificates(
  client: Client,
  hostAlgorithms: readonly string[],
  plainHostAlgorithms?: readonly string[],
): boolean {
  const protocol: unknown = Reflect.get(client, '_protocol');
  if (!isKnownProtocol(protocol)) return false;
  signWithCertificates(protocol);
  if (hostAlgorithms.length > 0) {
    const plain = plainHostAlgorithms ?? protocol._offer.lists.serverHostKey.array;
    offerHostKeys(protocol, [...hostAlgorithms, ...plain]);
    readHostCertificates(protocol);
  }
  return true;
}

/** What is used of ssh2's `Protocol` (lib/protocol/Protocol.js). */
interface Protocol {
  authPK(
    username: string,
    key: ParsedKey,
    algorithm?: string,
    sign?: (data: Buffer, use: (signature: Buffer) => void) => void,
  ): void;
  parse(chunk: Buffer, start: number, end: number): void;
  _offer: Offer;
  _kex: KeyExchange | undefined;
  /** Our part of a key exchange that goes on. */
  _kexinit: Buffer | undefined;
  _queue: Buffer[] | undefined;
  readonly _authsQueue: string[];
  readonly _cipher: { encrypt(packet: Buffer): void };
  readonly _packetRW: {
    readonly write: {
      readonly allocStart: number;
      alloc(size: number): Buffer;
      finalize(packet: Buffer): Buffer;
    };
  };
}

interface Direction<T> {
  readonly cipher: T;
  readonly mac: T;
  readonly compress: T;
  readonly lang: T;
}

interface Algorithms<T> {
  readonly kex: T;
  readonly serverHostKey: T;
  readonly cs: Direction<T>;
  readonly sc: Direction<T>;
}

interface Offer {
  readonly constructor: unknown;
  readonly lists: Algorithms<{ readonly array: readonly string[] }>;
}

/** lib/protocol/kex.js; of the client's side. */
interface KeyExchange {
  readonly sessionID: Buffer | undefined;
  readonly negotiated: { serverHostKey: string };
  /** What the server showed; the hash of the exchange is over it. */
  _hostKey: Buffer | undefined;
  finish(serverToClientOnly?: boolean): unknown;
  getPublicKey(): Buffer;
}

function signWithCertificates(protocol: Protocol): void {
  const { authPK } = protocol;
  protocol.authPK = (username, key, algorithm, sign) => {
    const parts = blobKeyParts(key);
    if (parts === undefined) return authPK.call(protocol, username, key, algorithm, sign);
    const plain = algorithm ?? parts.keyType;
    const named = parts.isCertificate ? certifiedAlgorithm(plain) : plain;
    if (sign === undefined) return authPK.call(protocol, username, key, named);
    // The data to sign is the request itself behind the session's id; ssh2's own way to send it would name the algorithm of the
    // certificate in the signature too.
    authPK.call(protocol, username, key, named, (data) => {
      sign(data, (signature) => {
        const request = data.subarray(4 + data.readUInt32BE(0));
        protocol._authsQueue.push('publickey');
        send(protocol, Buffer.concat([request, sshStrings(signature)]));
      });
    });
  };
}

function send(protocol: Protocol, payload: Buffer): void {
  const { write } = protocol._packetRW;
  const start = write.allocStart;
  const packet = write.alloc(payload.length);
  packet.set(payload, start);
  const finished = write.finalize(packet);
  if (protocol._kexinit === undefined) {
    protocol._cipher.encrypt(finished);
  } else {
    protocol._queue ??= [];
    protocol._queue.push(finished);
  }
}

function offerHostKeys(protocol: Protocol, hostAlgorithms: readonly string[]): void {
  const { lists } = protocol._offer;
  const KexInit = protocol._offer.constructor as new (algorithms: Algorithms<readonly string[]>) => Offer;
  const direction = (of: Direction<{ readonly array: readonly string[] }>): Direction<readonly string[]> => ({
    cipher: of.cipher.array,
    mac: of.mac.array,
    compress: of.compress.array,
    lang: of.lang.array,
  });
  protocol._offer = new KexInit({
    kex: lists.kex.array,
    serverHostKey: hostAlgorithms,
    cs: direction(lists.cs),
    sc: direction(lists.sc),
  });
}

/** Each key exchange begins with what the server sends first, and its second message is an answer to ours: it comes in a later chunk. */
function readHostCertificates(protocol: Protocol): void {
  const { parse } = protocol;
  let seen: KeyExchange | undefined;
  const parseAndPrepare: Protocol['parse'] = (chunk, start, end) => {
    parse.call(protocol, chunk, start, end);
    if (protocol._kex === seen) return;
    seen = protocol._kex;
    if (seen !== undefined) prepareKeyExchange(seen);
  };
  protocol.parse = parseAndPrepare;
}

function prepareKeyExchange(exchange: KeyExchange): void {
  const { negotiated } = exchange;
  const algorithm = plainAlgorithm(negotiated.serverHostKey);
  if (algorithm === negotiated.serverHostKey) return;
  // The type that the shown certificate must have; the algorithm of its key is compared with the signature's, at the end.
  if (algorithm.startsWith('rsa-')) negotiated.serverHostKey = certifiedAlgorithm('ssh-rsa');
  const { finish, getPublicKey } = exchange;
  exchange.finish = (serverToClientOnly) => {
    const parsed = exchange._hostKey === undefined ? undefined : parseSshCertificate(exchange._hostKey);
    if (parsed?.ok === true) {
      const key = Buffer.from(parsed.certificate.key);
      negotiated.serverHostKey = algorithm;
      // Called between the hash of what the server showed and the check of the signature over it.
      exchange.getPublicKey = () => {
        exchange._hostKey = key;
        return getPublicKey.call(exchange);
      };
    }
    return finish.call(exchange, serverToClientOnly);
  };
}

function isKnownProtocol(value: unknown): value is Protocol {
  const protocol = value as Partial<Protocol> | undefined;
  const lists = protocol?._offer?.lists;
  const write = protocol?._packetRW?.write;
  return (
    typeof protocol?.authPK === 'function' &&
    protocol.authPK.length === 4 &&
    typeof protocol.parse === 'function' &&
    Array.isArray(protocol._authsQueue) &&
    typeof protocol._cipher?.encrypt === 'function' &&
    typeof write?.alloc === 'function' &&
    typeof write.finalize === 'function' &&
    typeof write.allocStart === 'number' &&
    [lists?.kex, lists?.serverHostKey, lists?.cs?.cipher, lists?.sc?.mac].every((list) => Array.isArray(list?.array)) &&
    typeof protocol._offer?.constructor === 'function' &&
    protocol._kex === undefined &&
    '_kexinit' in protocol
  );
}
