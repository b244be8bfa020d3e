import { createSocket } from 'node:dgram';

export type NameServer = { readonly close: () => Promise<void> };

/**
 * Answers DNS questions (RFC 1035) on port 53 of `address`: `answer`, an IPv4 address, for `names`; no other name exists.
 * Without it, what runs on the hosts would wait seconds for each name of the internet.
 */
export async function startNameServer(address: string, names: readonly string[], answer: string): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, sender) => {
    const reply = replyTo(query, names, answer);
    if (reply !== undefined) socket.send(reply, sender.port, sender.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(53, address, resolve);
  });
  return { close: async () => await new Promise((resolve) => socket.close(() => resolve())) };
}

const typeA = 1;
const headerBytes = 12;

function replyTo(query: Buffer, names: readonly string[], answer: string): Buffer | undefined {
  if (query.length < headerBytes + 5) return undefined;
  const labels: string[] = [];
  let end = headerBytes;
  for (let length = query[end]; length !== undefined && length > 0; length = query[end]) {
    labels.push(query.toString('latin1', end + 1, end + 1 + length).toLowerCase());
    end += length + 1;
  }
  end += 5;
  if (end > query.length) return undefined;
  const isKnown = names.includes(labels.join('.'));
  const hasAnswer = isKnown && query.readUInt16BE(end - 4) === typeA;

  const header = Buffer.alloc(headerBytes);
  query.copy(header, 0, 0, 2);
  // A response, recursion desired and available; "no such name" for all but ours.
  header.writeUInt16BE(0x8180 | (isKnown ? 0 : 3), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(hasAnswer ? 1 : 0, 6);
  // Name: pointer to the question; type A, class IN, kept for 5 s, 4 bytes.
  const record = Buffer.from([0xc0, headerBytes, 0, typeA, 0, 1, 0, 0, 0, 5, 0, 4, ...answer.split('.').map(Number)]);
  return Buffer.concat([header, query.subarray(headerBytes, end), hasAnswer ? record : Buffer.alloc(0)]);
}
