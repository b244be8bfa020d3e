import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, it } from 'node:test';
import { ENGINE_SOCKET_PATH, engineAgent } from '../../../../src/adapters/docker/engineAgent.ts';

describe('engineAgent', () => {
  it('keeps the connections of a burst for the next one, and few of them in quiet times', async () => {
    let opened = 0;
    let open = 0;
    const server = createServer((_request, response) => response.end('ok'));
    server.on('connection', (socket) => {
      opened += 1;
      open += 1;
      socket.once('close', () => {
        open -= 1;
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const transport = {
      engineName: 'the engine',
      maxConnections: 64,
      connect: async () => connect(port, '127.0.0.1'),
      explain: () => assert.fail('nothing breaks here'),
    };
    const agent = engineAgent(transport, 100);
    const get = async (): Promise<void> => {
      const call = request({ agent, socketPath: ENGINE_SOCKET_PATH, path: '/' }).end();
      const [response] = await once(call, 'response');
      await once(response.resume(), 'end');
    };
    try {
      await Promise.all(Array.from({ length: 20 }, get));
      await Promise.all(Array.from({ length: 20 }, get));
      assert.equal(opened, 20);
      while (open > 8) await new Promise((resolve) => setTimeout(resolve, 5));
      await get();
      assert.deepEqual({ open, opened }, { open: 8, opened: 20 });
    } finally {
      agent.destroy();
      server.close();
    }
  });
});
