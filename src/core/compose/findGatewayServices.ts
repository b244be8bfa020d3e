import type { ComposeFile, ComposeService } from './ComposeFile.ts';

/**
 * The services that run the gateway. Several signs count, because names changed with the eras and people choose their own: the
 * command, the image, the state folder that is mounted, the port, the environment, the name.
 */
export function findGatewayServices(compose: ComposeFile): readonly ComposeService[] {
  const certain = compose.services.filter((service) => gatewaySigns(service) >= 2);
  return certain.length > 0 ? certain : compose.services.filter((service) => gatewaySigns(service) === 1);
}

const product = /(?:openclaw|clawdbot|moltbot)/i;

function gatewaySigns(service: ComposeService): number {
  const words = [...(service.entrypoint?.words ?? []), ...(service.command?.words ?? [])].map((word) => word.value);
  const line = words.join(' ');
  if (isCli(service, line)) return 0;
  let signs = 0;
  if (/(?:^|\s)gateway(?:\s|$)/.test(line)) signs += 2;
  if (/^(?:openclaw|clawdbot|moltbot)(?:-gateway)?$/i.test(service.name) || /-gateway$/i.test(service.name)) signs += 1;
  if (product.test(service.image?.value ?? '')) signs += 1;
  if (service.mounts.some((mount) => /\/\.(?:openclaw|clawdbot|moltbot)(?:\/|$)/.test(mount.target))) signs += 1;
  if (service.ports.some((port) => /(?:^|\D)18789(?:\D|$)/.test(port.containerPort))) signs += 1;
  if (service.environment.some((variable) => /^(?:OPENCLAW|CLAWDBOT|MOLTBOT)_/.test(variable.name))) signs += 1;
  return signs;
}

/** The command line companion (`openclaw-cli`) shares image, mounts and environment with the gateway. */
function isCli(service: ComposeService, line: string): boolean {
  if (/(?:^|\s)gateway(?:\s|$)/.test(line)) return false;
  if (/[-_]cli$/i.test(service.name)) return true;
  return (
    service.networkMode !== undefined &&
    /^service:/.test(service.networkMode.value) &&
    service.ports.length === 0 &&
    line === ''
  );
}
