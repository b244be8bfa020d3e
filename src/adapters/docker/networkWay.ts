import type { MachineWay } from '../../application/ports/Machine.ts';
import type { TcpEndpoint } from './EngineEndpoint.ts';
import { tcpAddress } from './tcpAddress.ts';

/** What people should know of the way to an engine over TCP. */
export function networkWay(endpoint: TcpEndpoint): Pick<MachineWay, 'address' | 'link'> {
  const { host, tls } = endpoint;
  const encrypted = tls?.verify === false ? 'tlsUnverified' : 'tls';
  return { address: tcpAddress(endpoint), link: { host, protection: tls === undefined ? 'none' : encrypted } };
}
