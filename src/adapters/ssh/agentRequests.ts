import type { Duplex } from 'node:stream';
import type { BaseAgent } from 'ssh2';
import { SshReader, sshStrings } from '../../core/vm/SshReader.ts';

/*
 * What ssh2's own client of an SSH agent leaves out: certificates, keys of types that it does not know, and the whole signature of one.
 * Format: draft-miller-ssh-agent.
 */

/** The public keys and certificates that an agent holds, in its order; none where it does not answer. */
export async function agentBlobs(agent: BaseAgent): Promise<readonly Buffer[]> {
  const reader = await answerOf(agent, Buffer.of(REQUEST_IDENTITIES), AbortSignal.timeout(LIST_TIMEOUT_MS)).catch(
    () => undefined,
  );
  if (reader === undefined || reader.byte() !== IDENTITIES_ANSWER) return [];
  const blobs: Buffer[] = [];
  for (let left = reader.uint32() ?? 0; left > 0; left -= 1) {
    const blob = reader.string();
    const comment = reader.string();
    if (blob === undefined || comment === undefined) break;
    blobs.push(Buffer.from(blob));
  }
  return blobs;
}

/**
 * Has the agent sign with the key of a blob that it holds; gives the algorithm's name and the value. As long as a person may need to
 * touch a security key or to confirm. @throws Error (rejects) where the agent does not.
 */
export async function agentSignature(
  agent: BaseAgent,
  blob: Uint8Array,
  data: Uint8Array,
  algorithm: string,
): Promise<Buffer> {
  const flags = Buffer.alloc(4);
  flags.writeUInt32BE(SIGN_FLAGS.get(algorithm) ?? 0);
  const request = Buffer.concat([Buffer.of(SIGN_REQUEST), sshStrings(blob, data), flags]);
  const reader = await answerOf(agent, request);
  const signature = reader.byte() === SIGN_RESPONSE ? reader.string() : undefined;
  if (signature === undefined) throw new Error('The SSH agent refused to sign.');
  return Buffer.from(signature);
}

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const SIGN_FLAGS: ReadonlyMap<string, number> = new Map([
  ['rsa-sha2-256', 2],
  ['rsa-sha2-512', 4],
]);
const LIST_TIMEOUT_MS = 5000;
// What OpenSSH's own client takes at most.
const MAX_ANSWER_BYTES = 256 * 1024;

async function answerOf(agent: BaseAgent, payload: Buffer, signal?: AbortSignal): Promise<SshReader> {
  const stream = await streamOf(agent, signal);
  const onAbort = (): void => void stream.destroy();
  try {
    signal?.addEventListener('abort', onAbort);
    return await new Promise<SshReader>((resolve, reject) => {
      let received = Buffer.alloc(0);
      stream.on('error', reject);
      stream.once('close', () => reject(noAnswer()));
      stream.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        if (received.length < 4) return;
        const length = received.readUInt32BE();
        if (length > MAX_ANSWER_BYTES) reject(new Error('The SSH agent answered too much.'));
        else if (received.length >= 4 + length) resolve(new SshReader(received.subarray(4, 4 + length)));
      });
      stream.write(sshStrings(payload));
    });
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stream.destroy();
  }
}

function streamOf(agent: BaseAgent, signal: AbortSignal | undefined): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    if (agent.getStream === undefined) return reject(new Error('The SSH agent cannot be asked.'));
    signal?.addEventListener('abort', () => reject(noAnswer()), { once: true });
    // ssh2 calls back again when the stream fails later on; by then the promise is settled.
    agent.getStream((error, stream) => {
      if (error || stream === undefined) reject(error ?? noAnswer());
      else if (signal?.aborted === true) stream.destroy();
      else resolve(stream);
    });
  });
}

function noAnswer(): Error {
  return new Error('The SSH agent did not answer.');
}
