import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { ENGINE_SOCKET_PATH, engineAgent } from '../../../../src/adapters/docker/engineAgent.ts';

describe('engineAgent', () => {
  let opened = 0;
  let open = 0;
  const server = createServer((_request, response) => response.end('ok'));
  before(async () => {
    server.on('connection', (socket) => {
      opened += 1;
      open += 1;
      socket.once('close', () => {
        open -= 1;
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => {
    server.close();
  });

  /** `action` gets a call that resolves when its connection is free again. */
  const withAgent = async (
    quietAfterMs: number | undefined,
    action: (get: () => Promise<void>) => Promise<void>,
  ): Promise<void> => {
    const { port } = server.address() as AddressInfo;
    const transport = {
      engineName: 'the engine',
      maxConnections: 64,
      connect: async () => connect(port, '127.0.0.1'),
      explain: () => assert.fail('nothing breaks here'),
    };
    const agent = engineAgent(transport, quietAfterMs);
    try {
      await action(async () => {
        const call = request({ agent, socketPath: ENGINE_SOCKET_PATH, path: '/' }).end();
        const [response] = await once(call, 'response');
        await once(response.resume(), 'end');
      });
    } finally {
      agent.destroy();
      while (open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      opened = 0;
    }
  };
  const burst = (get: () => Promise<void>): Promise<unknown> => Promise.all(Array.from({ length: 20 }, get));

  it('keeps the connections of a burst for the next one', () =>
    withAgent(undefined, async (get) => {
      await burst(get);
      await burst(get);
      assert.deepEqual({ open, opened }, { open: 20, opened: 20 });
    }));
  it('keeps few of them in quiet times', () =>
    // Where the machine is slow, quiet comes in the middle of the burst too.
    withAgent(100, async (get) => {
      await burst(get);
      while (open > 8) await new Promise((resolve) => setTimeout(resolve, 5));
      await get();
      assert.deepEqual({ open, opened }, { open: 8, opened: 20 });
    }));
});
