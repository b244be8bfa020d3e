import type { NetworkLink } from '../ports/Machine.ts';

export interface NetworkWarning {
  /** A few words for a line of a list. */
  readonly short: string;
  /** One or two sentences. */
  readonly long: string;
}

/** What is dangerous about the way to an engine; `undefined` where nothing is. */
export function networkWarning(link: NetworkLink | undefined): NetworkWarning | undefined {
  if (link === undefined || link.protection === 'tls') return undefined;
  if (link.protection === 'tlsUnverified') {
    return {
      short: 'certificate not checked',
      long: 'The certificate of this engine is not checked (SkipTLSVerify): whoever answers at its address can read everything and control what you do there.',
    };
  }
  if (isLoopback(link.host)) {
    return {
      short: 'not encrypted',
      long: 'This engine listens without TLS: every program and every user of this machine can control it, and with it the whole machine that it runs on.',
    };
  }
  return {
    short: 'not encrypted',
    long: 'The connection to this engine is not encrypted: anybody on the way can read everything and control the engine, and with it the whole machine. Use SSH or TLS.',
  };
}

/** Whether a host is this machine itself. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
