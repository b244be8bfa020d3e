import { formatHostPort } from '../../core/vm/parseSshTarget.ts';
import type { TcpEndpoint } from './EngineEndpoint.ts';

/** As Docker writes it. */
export function tcpAddress({ host, port }: Pick<TcpEndpoint, 'host' | 'port'>): string {
  return `tcp://${formatHostPort(host, port)}`;
}
