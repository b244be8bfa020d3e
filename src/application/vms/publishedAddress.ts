import { formatHostPort } from '../../core/vm/parseSshTarget.ts';
import type { PublishedPort } from '../ports/Engine.ts';

/** Where the machine publishes a port, such as `127.0.0.1:18789`; `undefined` where it does not. */
export function publishedAddress({ hostAddress, hostPort }: PublishedPort): string | undefined {
  return hostPort === undefined ? undefined : formatHostPort(hostAddress, hostPort);
}
