import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { DockerEngine } from '../../../../src/adapters/docker/DockerEngine.ts';
import { ConnectionError } from '../../../../src/application/ConnectionError.ts';
import { UserFacingError } from '../../../../src/core/UserFacingError.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const folder = mkdtempSync(join(tmpdir(), 'engine-'));
let server: Server | undefined;
let engine: DockerEngine | undefined;
let count = 0;

afterEach(() => {
  engine?.close();
  engine = undefined;
  server?.closeAllConnections();
  server?.close();
});
after(() => rmSync(folder, { recursive: true }));

/** A server on a Unix socket that pings like an engine and answers the rest as told. */
async function serve(answer: Answer, pingHeaders: Record<string, string> = { 'api-version': '1.45' }): Promise<string> {
  count += 1;
  const path = join(folder, `${count}.sock`);
  server = createServer((request, response) => {
    if (request.url === '/_ping') response.writeHead(200, pingHeaders).end('OK');
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
  return path;
}

async function open(path: string, timeoutMs = 5000): Promise<DockerEngine> {
  engine = await DockerEngine.open(
    {
      engineName: 'the engine',
      maxConnections: 10,
      connect: () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect(path, () => resolve(socket)).once('error', reject);
        }),
      explain: (cause) =>
        new ConnectionError('engineStopped', 'The engine does not answer.', { remedy: 'Start it.', cause }),
    },
    { timeoutMs },
  );
  return engine;
}

const json =
  (value: unknown): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

describe('DockerEngine', () => {
  it('speaks the API version of the engine', async () => {
    let url = '';
    const path = await serve((request, response) => {
      url = request.url ?? '';
      json([])(request, response);
    });
    await (await open(path)).listContainers();
    assert.match(url, /^\/v1\.45\/containers\/json\?all=true/);
  });
  it('does not ask a newer engine for more than it knows', async () => {
    let url = '';
    const path = await serve(
      (request, response) => {
        url = request.url ?? '';
        json([])(request, response);
      },
      { 'api-version': '1.99' },
    );
    await (await open(path)).listContainers();
    assert.match(url, /^\/v1\.47\//);
  });
  it('refuses what is no engine', async () => {
    const path = await serve(json([]), { 'content-type': 'text/html' });
    await assert.rejects(open(path), /does not answer as a Docker Engine does/);
  });
  it('refuses an engine that is too old', async () => {
    const path = await serve(json([]), { 'api-version': '1.24' });
    await assert.rejects(open(path), /too old.*1\.24/);
  });
  it('says so where nothing listens', async () => {
    await assert.rejects(open('/nonexistent/docker.sock'), { problem: 'engineStopped' });
  });
  for (const [what, body] of [
    ['a web page', '<html>hello</html>'],
    ['half a JSON', '[{"Id":"a'],
  ] as const) {
    it(`does not take ${what} for containers`, async () => {
      const path = await serve((_request, response) => response.writeHead(200).end(body));
      await assert.rejects(
        (await open(path)).listContainers(),
        (error) => error instanceof UserFacingError && /cannot be read/.test(error.message),
      );
    });
  }
  it('tells the words of the engine on 500', async () => {
    const path = await serve((_request, response) =>
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"disk on fire"}'),
    );
    await assert.rejects((await open(path)).listContainers(), /disk on fire/);
  });
  for (const [what, body, said] of [
    ['that is no text', '{"message":{"toString":1}}', /refused: HTTP 500$/],
    ['that is nothing', 'null', /refused: null$/],
    ['that is empty', '', /refused: HTTP 500$/],
  ] as const) {
    it(`says what it can where the engine gives a reason ${what}`, async () => {
      const path = await serve((_request, response) => response.writeHead(500).end(body));
      await assert.rejects((await open(path)).listContainers(), said);
    });
  }
  for (const place of ['http://127.0.0.1:PORT/elsewhere', '/elsewhere', 'file:///etc/passwd', 'nonsense://x']) {
    it(`does not go where it is redirected to (${place})`, async () => {
      const asked: (string | undefined)[] = [];
      const elsewhere = createServer((request, response) => {
        asked.push(request.url);
        json([])(request, response);
      }).listen(0, '127.0.0.1');
      await once(elsewhere, 'listening');
      const { port } = elsewhere.address() as AddressInfo;
      const Location = place.replace('PORT', String(port));
      const path = await serve((request, response) => {
        asked.push(request.url?.replace(/\?.*$/, ''));
        response.writeHead(302, { Location }).end();
      });
      await assert.rejects((await open(path)).listContainers(), /refused: HTTP 302$/);
      await (await fetch(`http://127.0.0.1:${port}/last`)).json();
      elsewhere.close().closeAllConnections();
      assert.deepEqual(asked, ['/v1.45/containers/json', '/last']);
    });
  }
  it('gives up on an answer without an end before it fills the memory', async () => {
    const path = await serve((_request, response) => {
      const chunk = Buffer.alloc(2 ** 20, ' ');
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.writeHead(200).on('drain', write);
      write();
    });
    await assert.rejects((await open(path, 60_000)).listContainers(), /gave an answer that is too long/);
  });
  it('asks again where the connection is cut in the middle of an answer, and says so where that is of no use', async () => {
    let asked = 0;
    const path = await serve((_request, response) => {
      asked += 1;
      response.writeHead(200, { 'content-length': 100 }).write('[');
      setImmediate(() => response.destroy());
    });
    await assert.rejects((await open(path, 60_000)).listContainers(), { problem: 'engineStopped' });
    assert.equal(asked, 2);
  });
  it('takes no other protocol that it did not ask for', async () => {
    const path = await serve((_request, response) => {
      response.socket?.end('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    });
    await assert.rejects((await open(path, 60_000)).listContainers(), { problem: 'engineStopped' });
  });
  it('runs nothing where the engine names nothing to run', async () => {
    const path = await serve((_request, response) => response.writeHead(201).end('null'));
    await assert.rejects(
      (await open(path)).execInContainer('a', ['true']),
      (error) => error instanceof UserFacingError,
    );
  });
  it('gives up on a terminal that the engine does not open', async () => {
    const path = await serve((request, response) => {
      if (request.url?.endsWith('/exec')) response.writeHead(201).end('{"Id":"b"}');
    });
    const opening = (await open(path, 200)).openTerminal('a', ['sh'], { columns: 80, rows: 24 });
    await assert.rejects(opening, { problem: 'engineStopped' });
  });
  it('says where a terminal is taken for one answer, as proxies do', async () => {
    const path = await serve((request, response) => {
      if (request.url?.endsWith('/exec')) response.writeHead(201).end('{"Id":"b"}');
      else response.writeHead(200).write('$ ');
    });
    const opening = (await open(path)).openTerminal('a', ['sh'], { columns: 80, rows: 24 });
    await assert.rejects(opening, /refused: the connection stayed one for HTTP; a proxy/);
  });
  it('gives up on an engine that hangs', async () => {
    const path = await serve(() => {});
    await assert.rejects((await open(path, 200)).listContainers(), { problem: 'engineStopped' });
  });
  it('rejects with the reason of the signal', async () => {
    const path = await serve(() => {});
    const abort = new AbortController();
    const list = (await open(path)).listContainers(abort.signal);
    const reason = new Error('enough');
    setImmediate(() => abort.abort(reason));
    await assert.rejects(list, (error) => error === reason);
  });
  it('goes on after the engine has closed its kept connections', async () => {
    const path = await serve(json([]));
    const opened = await open(path);
    await opened.listContainers();
    server?.closeAllConnections();
    assert.deepEqual(await opened.listContainers(), []);
  });
  it('does not let an id change the address', async () => {
    const path = await serve(json({}));
    await assert.rejects((await open(path)).inspectContainer('../images'), /does not name a container/);
  });
  it('reads events that are cut anywhere, and ends with the connection', async () => {
    const path = await serve((_request, response) => {
      response.writeHead(200);
      response.write('{"Type":"container","Action":"start","Actor":{"ID":"a"},"timeNano":1}\n{"Type":"con');
      setTimeout(() => {
        response.write('tainer","Action":"die","Actor":{"ID":"a"},"timeNano":2}\n');
        setTimeout(() => response.destroy(), 10);
      }, 10);
    });
    let opened = 0;
    const actions: string[] = [];
    const events = (await open(path)).events(new AbortController().signal, () => {
      opened += 1;
    });
    for await (const event of events) actions.push(event.action);
    assert.deepEqual([opened, actions], [1, ['start', 'die']]);
  });
  it('ends the events with the signal', async () => {
    const path = await serve((_request, response) => response.writeHead(200).write('\n'));
    const abort = new AbortController();
    const events = (await open(path)).events(abort.signal, () => abort.abort());
    for await (const _ of events) assert.fail('there is no event');
  });
  it('throws where a log breaks off', async () => {
    const path = await serve((request, response) => {
      if (!request.url?.includes('/logs')) return json({ Id: 'a', Config: { Tty: true } })(request, response);
      response.writeHead(200).write('one\ntwo');
      setTimeout(() => response.destroy(), 10);
    });
    const lines: string[] = [];
    await assert.rejects(
      async () => {
        for await (const chunk of (await open(path)).logs('a', { follow: true })) lines.push(...chunk.lines);
      },
      { problem: 'engineStopped' },
    );
    assert.deepEqual(lines, ['one']);
  });
  it('closes the connection of a log that nobody reads any more', async () => {
    let closed: Promise<void> | undefined;
    const path = await serve((request, response) => {
      if (!request.url?.includes('/logs')) return json({ Id: 'a', Config: { Tty: true } })(request, response);
      closed = new Promise((resolve) => response.once('close', resolve));
      response.writeHead(200).write('one\n');
    });
    for await (const _ of (await open(path)).logs('a', { follow: true })) break;
    await closed;
  });
});
