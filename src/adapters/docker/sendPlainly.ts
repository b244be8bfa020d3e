import { type IncomingMessage, request as open, type RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { MAX_QUOTED_CHARACTERS, printable } from '../../core/text/printable.ts';

/** What one answer may hold: many times the list of the largest engine. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;
const MAX_REASON_BYTES = 4 * MAX_QUOTED_CHARACTERS;
const NO_UPGRADE = 'the connection stayed one for HTTP; a proxy on the way may not let it change';

/** The engine answered that it does not do what was asked for. */
export class EngineRefusal extends Error {
  readonly statusCode: number;

  /** The message is the engine's own, or the status where it has none. */
  constructor(statusCode: number, body: unknown) {
    super(reasonIn(body) || `HTTP ${statusCode}`);
    this.statusCode = statusCode;
  }
}

export class AnswerTooLong extends Error {
  constructor() {
    super(`The answer is longer than ${MAX_ANSWER_BYTES / 2 ** 20} MB.`);
  }
}

/**
 * Puts a plain way to send requests in the place of docker-modem's own (5.0, `buildRequest` in lib/modem.js), which goes wherever an
 * answer redirects it to, from this machine and over any scheme; keeps an answer without an end until the memory is full; throws on some
 * bodies of errors where nobody can catch it; and formats its options for a debug message on each request. Streams and answers are given
 * as before, errors as {@link EngineRefusal} and {@link AnswerTooLong}. `basePath` stands before each path.
 */
export function sendPlainly(docker: Docker, basePath = ''): void {
  Object.assign(docker.modem, {
    buildRequest: (options: RequestOptions, call: Call, body: string | undefined, callback: Callback) =>
      send({ ...options, path: `${basePath}${options.path}` }, call, body, callback),
  });
}

type Callback = (error: unknown, result?: unknown) => void;

/** What is used of what `Modem.dial` tells about a call. */
interface Call {
  /** `true`, or a word for what the status means. */
  readonly statusCodes: Readonly<Record<number, unknown>>;
  /** The body as it comes. */
  readonly isStream?: boolean;
  /** The connection itself, once the engine has agreed. */
  readonly hijack?: boolean;
}

function send(
  { signal, ...options }: RequestOptions,
  { statusCodes, isStream, hijack }: Call,
  body: string | undefined,
  callback: Callback,
): void {
  let isAnswered = false;
  const answer: Callback = (error, result) => {
    if (isAnswered) return;
    isAnswered = true;
    signal?.removeEventListener('abort', onAbort);
    callback(error, result);
  };
  const request = open(options);
  const onAbort = (): void => {
    request.destroy(signal?.reason);
  };
  request.on('error', answer);
  request.once('response', (response) => {
    const { statusCode = 0 } = response;
    const isDone = statusCodes[statusCode] === true;
    if (isDone && hijack === true) {
      // What follows may have no end.
      response.destroy();
      return answer(new EngineRefusal(statusCode, { message: NO_UPGRADE }));
    }
    if (isDone && isStream === true) return answer(null, response);
    collect(response, (error, value) => {
      if (error !== undefined) answer(error);
      else if (isDone) answer(null, value);
      else answer(new EngineRefusal(statusCode, value));
    });
  });
  // Without a listener Node closes the connection, and the request never ends.
  request.once('upgrade', (_response, connection: Duplex, head: Buffer) => {
    if (hijack !== true) {
      connection.destroy();
      return answer(new Error('The engine changed to a protocol that was not asked for.'));
    }
    if (head.length > 0) connection.unshift(head);
    answer(null, connection);
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  request.end(body);
}

/** The JSON of the body; of what is none, and of `null`, in which dockerode looks for members, the bytes. */
function collect(response: IncomingMessage, use: (error: Error | undefined, body?: unknown) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) response.destroy(new AnswerTooLong());
  });
  response.once('error', use);
  response.once('end', () => {
    const body = Buffer.concat(chunks, bytes);
    let json: unknown;
    try {
      json = JSON.parse(body.toString());
    } catch {
      // Whoever asked judges what it is.
    }
    use(undefined, json ?? body);
  });
}

function reasonIn(body: unknown): string {
  const message: unknown = Buffer.isBuffer(body)
    ? body.toString('utf8', 0, MAX_REASON_BYTES)
    : (body as { readonly message?: unknown }).message;
  return typeof message === 'string' ? printable(message.trim(), MAX_QUOTED_CHARACTERS) : '';
}
