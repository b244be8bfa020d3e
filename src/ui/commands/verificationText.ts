import type { GatewayProbe, GatewayVerification } from '../../application/verify/GatewayChecks.ts';

/** `the gateway is ready, 3 of 3 binaries are there`. */
export function verificationText({ probe, binaries }: GatewayVerification): string {
  const gateway = gatewayWords[probe.state];
  if (binaries.length === 0) return gateway;
  const absent = binaries.filter(({ state }) => state !== 'present').map(({ name }) => name);
  const present = `${binaries.length - absent.length} of ${binaries.length} binaries are there`;
  return absent.length === 0 ? `${gateway}, ${present}` : `${gateway}, ${present}; not usable: ${absent.join(', ')}`;
}

const gatewayWords: Record<GatewayProbe['state'], string> = {
  ready: 'the gateway is ready',
  live: 'the gateway is live, but not ready yet',
  starting: 'the gateway is still starting',
  down: 'the gateway does not answer',
};
