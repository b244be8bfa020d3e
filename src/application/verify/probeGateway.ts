import { type ReadyLineKind, readyLine } from '../../core/gateway/readyLine.ts';
import type { ContainerDetails, Engine } from '../ports/Engine.ts';
import { unixTime } from '../unixTime.ts';
import { probeExec } from './containerExec.ts';
import type { GatewayProbe, ProbeAnswer } from './GatewayChecks.ts';

/**
 * Asks a gateway from inside its container (its port may be published nowhere) for `/healthz` and `/readyz`, with whatever the image
 * has: node, curl or wget. A page with status 200 is no answer: only the gateway's own JSON is, because unknown paths may answer with
 * the Control UI. `logged` is what the log since the last start says, for gateways that have no probes.
 */
export async function probeGateway(
  engine: Engine,
  container: ContainerDetails,
  logged: ReadyLineKind | undefined,
  signal?: AbortSignal,
): Promise<GatewayProbe> {
  const readyLineFound = logged ?? 'none';
  if (container.state !== 'running') return { ...silent('noAnswer'), readyLine: readyLineFound, state: 'down' };
  const answers = await askInside(engine, container, signal);
  const { live, ready, failing } = answers === undefined ? silent('unknown') : judge(answers);
  return { live, ready, failing, readyLine: readyLineFound, state: stateOf(live, ready, logged) };
}

/** What the log says about the start: the furthest of its lines since the container's last start. */
export async function readReadyLine(
  engine: Engine,
  container: ContainerDetails,
  signal?: AbortSignal,
): Promise<ReadyLineKind | undefined> {
  let furthest: ReadyLineKind | undefined;
  let lineCount = 0;
  const options = { follow: false, since: unixTime(container.startedAt), ...(signal === undefined ? {} : { signal }) };
  for await (const chunk of engine.logs(container.id, options)) {
    for (const line of chunk.lines) {
      const kind = readyLine(line);
      if (kind === 'ready') return 'ready';
      if (kind === 'httpOnly' || (kind === 'starting' && furthest === undefined)) furthest = kind;
    }
    lineCount += chunk.lines.length;
    // The ready line is among the first; a gateway that has logged for weeks is not read to its end.
    if (lineCount > startLineLimit) break;
  }
  return furthest;
}

interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

interface Answers {
  readonly healthz: HttpAnswer | undefined;
  readonly readyz: HttpAnswer | undefined;
}

const startLineLimit = 5_000;
const defaultPort = '18789';

function silent(answer: 'noAnswer' | 'unknown'): { live: ProbeAnswer; ready: ProbeAnswer; failing: readonly string[] } {
  return { live: answer, ready: answer, failing: [] };
}

function stateOf(live: ProbeAnswer, ready: ProbeAnswer, logged: ReadyLineKind | undefined): GatewayProbe['state'] {
  if (ready === 'yes') return 'ready';
  if (ready === 'no') return live === 'yes' ? 'live' : 'starting';
  if (logged === 'ready') return 'ready';
  if (live === 'yes') return 'live';
  return logged === undefined ? 'down' : 'starting';
}

function judge(answers: Answers): { live: ProbeAnswer; ready: ProbeAnswer; failing: readonly string[] } {
  const health = jsonObject(answers.healthz);
  const readiness = jsonObject(answers.readyz);
  const failing = readiness?.['failing'];
  return {
    live:
      health === undefined ? 'noAnswer' : isYes(answers.healthz, health['ok'] === true || health['status'] === 'live'),
    ready: typeof readiness?.['ready'] === 'boolean' ? isYes(answers.readyz, readiness['ready']) : 'noAnswer',
    failing: Array.isArray(failing)
      ? failing.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
      : [],
  };
}

function isYes(answer: HttpAnswer | undefined, saysYes: boolean): ProbeAnswer {
  return saysYes && answer?.status === 200 ? 'yes' : 'no';
}

function jsonObject(answer: HttpAnswer | undefined): Readonly<Record<string, unknown>> | undefined {
  if (answer === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(answer.body);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

async function askInside(
  engine: Engine,
  container: ContainerDetails,
  signal: AbortSignal | undefined,
): Promise<Answers | undefined> {
  const ports = portsOf(container);
  for (const argv of [
    ['node', '-e', nodeScript, ...ports],
    ['sh', '-c', shellScript, 'sh', ...ports],
  ]) {
    const exec = await probeExec(engine, container.id, argv, signal);
    const answers = exec?.exitCode === 0 ? parseAnswers(exec.stdout) : undefined;
    if (answers !== undefined) return answers;
  }
  return undefined;
}

/** The gateway's port inside: what its variables say, then the default. */
function portsOf(container: ContainerDetails): readonly string[] {
  const named = ['OPENCLAW', 'MOLTBOT', 'CLAWDBOT'].map((prefix) =>
    container.environment.get(`${prefix}_GATEWAY_PORT`),
  );
  return [...new Set([...named, defaultPort])].filter(
    (port) => port !== undefined && /^\d{1,5}$/.test(port),
  ) as string[];
}

/** Prints `{"healthz":{"status":…,"body":…},"readyz":…}` for the first port that answers; TLS where plain HTTP gets none. */
const nodeScript = `
const http = require('http'), https = require('https');
const ask = (client, port, path) => new Promise((resolve) => {
  const request = client.get({ host: '127.0.0.1', port, path, timeout: 4000, rejectUnauthorized: false }, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (text) => { if (body.length < 20000) body += text; });
    response.on('end', () => resolve({ status: response.statusCode, body }));
    response.on('error', () => resolve());
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => resolve());
});
(async () => {
  for (const port of process.argv.slice(1)) {
    for (const client of [http, https]) {
      const healthz = await ask(client, port, '/healthz');
      if (healthz) {
        const readyz = await ask(client, port, '/readyz');
        return process.stdout.write(JSON.stringify({ healthz, readyz }));
      }
    }
  }
  process.stdout.write('{}');
})();`;

/** Prints the same for images without node, as `<path> <status>` lines, each followed by the body on one line. */
const shellScript = `
if command -v curl >/dev/null; then
  ask() { curl -s -m 4 -o - -w '\\n%{http_code}' "http://127.0.0.1:$1$2"; }
elif command -v wget >/dev/null; then
  ask() { body=$(wget -q -T 4 -O - "http://127.0.0.1:$1$2") && printf '%s\\n200' "$body"; }
else
  exit 1
fi
for port in "$@"; do
  healthz=$(ask "$port" /healthz) || continue
  printf 'healthz %s\\n' "$(printf '%s' "$healthz" | tail -n 1)"
  printf '%s\\n' "$healthz" | sed '$d' | tr -d '\\n'
  printf '\\n'
  readyz=$(ask "$port" /readyz) || exit 0
  printf 'readyz %s\\n' "$(printf '%s' "$readyz" | tail -n 1)"
  printf '%s\\n' "$readyz" | sed '$d' | tr -d '\\n'
  printf '\\n'
  exit 0
done`;

function parseAnswers(stdout: string): Answers | undefined {
  const text = stdout.trim();
  if (text === '') return { healthz: undefined, readyz: undefined };
  if (text.startsWith('{')) {
    const json = jsonObject({ status: 0, body: text });
    return json === undefined
      ? undefined
      : { healthz: httpAnswer(json['healthz']), readyz: httpAnswer(json['readyz']) };
  }
  const lines = text.split('\n');
  const find = (path: string): HttpAnswer | undefined => {
    const index = lines.findIndex((line) => line.startsWith(`${path} `));
    return index < 0 ? undefined : { status: Number(lines[index]?.split(' ')[1]), body: lines[index + 1] ?? '' };
  };
  return { healthz: find('healthz'), readyz: find('readyz') };
}

function httpAnswer(value: unknown): HttpAnswer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { status, body } = value as { status?: unknown; body?: unknown };
  return typeof status === 'number' && typeof body === 'string' ? { status, body } : undefined;
}
