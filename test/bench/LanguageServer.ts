import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(
  new URL('../../node_modules/dockerfile-language-server-nodejs/bin/docker-langserver', import.meta.url),
);

/** A Dockerfile language server as an editor talks to it: a process of its own, JSON-RPC over its standard streams. */
export class LanguageServer {
  readonly #process: ChildProcessWithoutNullStreams;
  #received = Buffer.alloc(0);
  #requestId = 0;
  readonly #waiting = new Map<string, (value: unknown) => void>();

  constructor() {
    this.#process = spawn(process.execPath, [program, '--stdio']);
    this.#process.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  async initialize(): Promise<void> {
    const capabilities = { textDocument: { publishDiagnostics: {} } };
    await this.#request('initialize', { processId: process.pid, rootUri: null, capabilities });
    this.#send({ method: 'initialized', params: {} });
  }

  /** Opens a document and waits for its diagnostics. */
  async open(uri: string, text: string): Promise<void> {
    const done = this.#diagnostics(uri);
    this.#send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'dockerfile', version: 1, text } },
    });
    await done;
  }

  /** Replaces the text and waits for the diagnostics. */
  async change(uri: string, version: number, text: string): Promise<void> {
    const done = this.#diagnostics(uri);
    this.#send({
      method: 'textDocument/didChange',
      params: { textDocument: { uri, version }, contentChanges: [{ text }] },
    });
    await done;
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }

  #diagnostics(uri: string): Promise<unknown> {
    return new Promise((resolve) => this.#waiting.set(uri, resolve));
  }

  #request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#requestId;
    this.#send({ id, method, params });
    return new Promise((resolve) => this.#waiting.set(String(id), resolve));
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#process.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  #read(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const headerEnd = this.#received.indexOf('\r\n\r\n');
      if (headerEnd === -1) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#received.toString('latin1', 0, headerEnd))?.[1]);
      const end = headerEnd + 4 + length;
      if (this.#received.length < end) return;
      const message = JSON.parse(this.#received.toString('utf8', headerEnd + 4, end)) as Message;
      this.#received = this.#received.subarray(end);
      const key = message.method === 'textDocument/publishDiagnostics' ? message.params?.uri : String(message.id);
      const waiting = key === undefined ? undefined : this.#waiting.get(key);
      // A request of the server's own needs an answer, or it waits for ever.
      if (message.method !== undefined && message.id !== undefined) this.#send({ id: message.id, result: null });
      else if (key !== undefined) this.#waiting.delete(key);
      waiting?.(message.result);
    }
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly uri?: string };
  readonly result?: unknown;
}
