import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { dialAhead } from '../../../../src/adapters/ssh/dialAhead.ts';

describe('dialAhead', () => {
  let server: Server;
  let accepted: Socket[];

  beforeEach(async () => {
    accepted = [];
    server = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => {});
      socket.write('hello');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    for (const socket of accepted) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  async function dial(signal: AbortSignal | undefined): Promise<Socket> {
    const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
    signal?.addEventListener('abort', () => socket.destroy());
    await once(socket, 'connect', signal === undefined ? {} : { signal });
    return socket;
  }

  async function arrived(count: number): Promise<void> {
    while (accepted.length < count) await delay(1);
  }

  it('calls before the socket is wanted, and loses no word of the server', async () => {
    const ahead = dialAhead(dial, undefined);
    await arrived(1);
    const socket = await ahead.take();
    const [words] = await once(socket, 'data');
    assert.equal(String(words), 'hello');
    assert.equal(accepted.length, 1);
    socket.destroy();
  });
  it('gives a socket back that is not taken in time, and dials anew when it is wanted', async () => {
    const ahead = dialAhead(dial, undefined, 20);
    await arrived(1);
    await once(accepted[0] as Socket, 'close');
    const socket = await ahead.take();
    await arrived(2);
    assert.equal(socket.destroyed, false);
    socket.destroy();
  });
  it('dials anew where the connection broke meanwhile', async () => {
    let first: Socket | undefined;
    const ahead = dialAhead(async (signal) => {
      const socket = await dial(signal);
      first ??= socket;
      return socket;
    }, undefined);
    await arrived(1);
    accepted[0]?.resetAndDestroy();
    while (first?.destroyed !== true) await delay(1);
    const socket = await ahead.take();
    await arrived(2);
    assert.notEqual(socket, first);
    socket.destroy();
  });
  it('says why the call failed', async () => {
    const ahead = dialAhead(async () => {
      throw new Error('refused');
    }, undefined);
    await delay(1);
    await assert.rejects(ahead.take(), /refused/);
  });
  it('closes what is not needed after all', async () => {
    const ahead = dialAhead(dial, undefined);
    ahead.giveUp();
    const late = dialAhead(dial, undefined);
    await arrived(1);
    late.giveUp();
    while (!accepted.every((socket) => socket.destroyed)) await delay(1);
  });
});
