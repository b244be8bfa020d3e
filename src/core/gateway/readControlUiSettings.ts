import { readYaml } from '../compose/readYaml.ts';
import { blankJsonComments } from '../text/blankJsonComments.ts';

export interface ControlUiSettings {
  readonly port: number;
  readonly usesTls: boolean;
  /** Without a slash at the end; empty for none. */
  readonly basePath: string;
  readonly token?: string;
}

const DEFAULT_PORT = 18_789;

/**
 * What a gateway's environment and openclaw.json (JSON5; empty where there is none) say about its Control UI. Keys: `gateway.port`,
 * `gateway.tls.enabled`, `gateway.controlUi.basePath`, `gateway.auth.token`, which may be a `${VARIABLE}`; the variables win.
 */
export function readControlUiSettings(environment: ReadonlyMap<string, string>, configText: string): ControlUiSettings {
  const gateway = record(record(parse(configText))?.['gateway']);
  const fromEnvironment = (name: string): string | undefined =>
    ['OPENCLAW', 'CLAWDBOT']
      .map((prefix) => environment.get(`${prefix}_${name}`))
      .find((value) => value !== undefined && value !== '');
  const token = fromEnvironment('GATEWAY_TOKEN') ?? resolved(record(gateway?.['auth'])?.['token'], environment);
  const basePath = record(gateway?.['controlUi'])?.['basePath'];
  return {
    port: portOf(fromEnvironment('GATEWAY_PORT')) ?? portOf(gateway?.['port']) ?? DEFAULT_PORT,
    usesTls: record(gateway?.['tls'])?.['enabled'] === true,
    basePath: typeof basePath === 'string' ? basePath.replace(/^\/*/, '/').replace(/\/+$/, '') : '',
    ...(token === undefined ? {} : { token }),
  };
}

/** A token as it stands, or the variable that it names; references to other secret stores stay unread. */
function resolved(value: unknown, environment: ReadonlyMap<string, string>): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const variable = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(value)?.[1];
  return variable === undefined ? value : environment.get(variable) || undefined;
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    // JSON5 is YAML but for its comments.
    return readYaml(blankJsonComments(text), { uniqueKeys: false }).toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function portOf(value: unknown): number | undefined {
  const port = Number(value);
  return (typeof value === 'number' || typeof value === 'string') && Number.isInteger(port) && port > 0 && port < 65_536
    ? port
    : undefined;
}
