import type { ComposePort } from '../compose/ComposeFile.ts';
import { interpolate } from '../compose/interpolate.ts';
import type { Gateway } from './gateways.ts';

/** The port that the gateway listens on when nothing says otherwise. */
const defaultPort = '18789';

/** The ports that the gateway may listen on inside the container: what its command and environment say, else 18789. */
export function listeningPorts(gateway: Gateway): ReadonlySet<string> {
  const words = [...(gateway.service.entrypoint?.words ?? []), ...(gateway.service.command?.words ?? [])];
  const said = portOption(words.map(({ value }) => value).join(' '));
  const fromEnvironment = gateway.environment.get('OPENCLAW_GATEWAY_PORT');
  const ports = said.length > 0 ? said : [defaultPort, ...(fromEnvironment === undefined ? [] : [fromEnvironment])];
  return new Set(ports.map((port) => interpolate(port, gateway.variables)));
}

/** Whether a port of the service leads to one of these ports of the container. */
export function leadsTo(
  port: ComposePort,
  ports: ReadonlySet<string>,
  variables: ReadonlyMap<string, string>,
): boolean {
  const target = interpolate(port.containerPort, variables).replace(/\/(?:tcp|udp)$/i, '');
  const range = /^(\d+)-(\d+)$/.exec(target);
  if (range === null) return ports.has(target);
  const [from, to] = [Number(range[1]), Number(range[2])];
  return [...ports].some((wanted) => Number(wanted) >= from && Number(wanted) <= to);
}

/** The address of the host that a port is published on; empty for all of them, `undefined` where a variable without a value says it. */
export function hostAddressOf(port: ComposePort, variables: ReadonlyMap<string, string>): string | undefined {
  const address = interpolate(port.hostAddress, variables);
  if (port.hostAddress !== '') return address === '' ? undefined : address;
  // A variable for the port may hold the address too: `127.0.0.1:18789`.
  const hostPort = interpolate(port.hostPort, variables);
  const colon = hostPort.lastIndexOf(':');
  return colon === -1 ? '' : hostPort.slice(0, colon);
}

function portOption(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|\s)--port[= ]["']?(\d+|\$\{[^}\s]*\}|\$\w+)/g)].map((match) => match[1] ?? '');
}
