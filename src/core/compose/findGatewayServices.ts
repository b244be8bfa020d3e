import type { ComposeFile, ComposeService } from './ComposeFile.ts';

/**
 * The services that run the gateway. Several signs count, because names changed with the eras and people choose their own: the
 * command, the image, the state folder that is mounted, the port, the environment, the name.
 */
export function findGatewayServices(compose: ComposeFile): readonly ComposeService[] {
  const signs = new Map(compose.services.map((service) => [service, gatewaySigns(service)]));
  const certain = compose.services.filter((service) => (signs.get(service) ?? 0) >= 2);
  return certain.length > 0 ? certain : compose.services.filter((service) => signs.get(service) === 1);
}

/** How much speaks for a gateway: 0 nothing, 1 could be, 2 and more surely. Other services of the product, which talk to one, have none. */
export function gatewaySigns(service: ComposeService): number {
  let signs = known.get(service);
  if (signs === undefined) {
    signs = countSigns(service);
    known.set(service, signs);
  }
  return signs;
}

const known = new WeakMap<ComposeService, number>();

function countSigns(service: ComposeService): number {
  const words = [...(service.entrypoint?.words ?? []), ...(service.command?.words ?? [])].map((word) => word.value);
  const line = words.join(' ');
  const runsGateway = gatewayCommand.test(line);
  if (!runsGateway && isCompanion(service, line)) return 0;
  const isNamed = product.test(service.name);
  const hasPort = service.ports.some((port) => /(?:^|\D)18789(?:\D|$)/.test(port.containerPort));
  const hasState = service.mounts.some((mount) => !mount.readOnly && stateFolder.test(mount.target));
  const sharesState = hasState || service.environment.some((variable) => productVariable.test(variable.name));
  const image = service.image?.value ?? '';
  let signs = 0;
  if (isNamed) signs += 1;
  // Many images only have the product's name in theirs.
  if (isGatewayImage(image) || (isProductImage(image) && (isNamed || hasPort || hasState))) signs += 1;
  if (hasPort) signs += 1;
  // Dashboards, backups and the like mount the state and know the token as well: together that is no more than one sign.
  if (sharesState) signs += 1;
  if (runsGateway) signs += 2;
  // Many things are called a gateway.
  else if (signs > 0 && /(?:^|\s)gateway(?:\s|$)/.test(line)) signs += 2;
  else if (signs > 0 && /(?:^|[-_])gateway$/i.test(service.name)) signs += 1;
  return signs;
}

const product =
  /^(?:openclaw|clawdbot|moltbot)(?:[-_]?gateway)?(?:[-_]?\d+)?$|(?:openclaw|clawdbot|moltbot)[-_]gateway/i;
const stateFolder = /\/\.(?:openclaw|clawdbot|moltbot)(?:\/|$)/;
const productVariable = /^(?:OPENCLAW|CLAWDBOT|MOLTBOT)_/;
/** The product's program, or a file of it, with `gateway` as its first word that is no option. */
const gatewayCommand =
  /(?:(?:openclaw|clawdbot|moltbot)(?:\.mjs)?|(?:dist\/)?(?:index|entry)\.m?js)["']?(?:\s+--?[\w-]+(?:[= ]["']?[^\s"'-][^\s"']*["']?)?)*\s+gateway(?:$|[\s"';&|])/i;
const companionName =
  /(?:^|[-_])(?:cli|doctor|onboard(?:ing)?|setup|init|browser|chrome|sandbox|proxy|db|dashboard|ui|web|webui|studio|panel|console|control|center|bridge|monitor|exporter|backup|watcher|sync|socat|nginx|caddy|tunnel|docs|test|tests|canvas|updater)$/i;

function isProductImage(image: string): boolean {
  const name = imageName(image);
  return /openclaw|clawdbot|moltbot/i.test(name) && !companionName.test(name);
}

function isGatewayImage(image: string): boolean {
  return /^(?:\$\{\w+:?-)?(?:openclaw|clawdbot|moltbot)(?:[-_]gateway)?\}?$/i.test(imageName(image));
}

/** The last part of the repository. `${OPENCLAW_IMAGE:-openclaw:local}` names one as well. */
function imageName(image: string): string {
  const untagged = image.replace(/[@:][^:/@}]*\}?$/, '');
  return untagged.slice(untagged.lastIndexOf('/') + 1);
}

/** Other services of the product share image, mounts and environment with the gateway, such as the command line (`openclaw-cli`). */
function isCompanion(service: ComposeService, line: string): boolean {
  if (companionName.test(service.name)) return true;
  if (/(?:^|\s)gateway(?:\s|$)/.test(line)) return false;
  if (otherCommand.test(line) || isProgramAlone(service)) return true;
  if (service.environment.some((variable) => isClientVariable(variable, service))) return true;
  const shares = /^service:(.*)$/.exec(service.networkMode?.value ?? '')?.[1];
  if (shares === undefined || service.ports.length > 0) return false;
  // In the network of the gateway itself runs something beside it.
  return line === '' || product.test(shares);
}

/** The program as the entrypoint and no command: the words come with `docker compose run`. */
function isProgramAlone({ entrypoint, command }: ComposeService): boolean {
  if (entrypoint === undefined || (command !== undefined && !command.isEmpty)) return false;
  return programAlone.test(entrypoint.words.map(({ value }) => value).join(' '));
}

const programAlone =
  /^(?:tini (?:-s )?-- )?(?:\S*\/)?(?:(?:node|bun) )?(?:\S*\/)?(?:(?:openclaw|clawdbot|moltbot)(?:\.mjs)?|(?:index|entry)\.m?js)$/i;

const otherCommand =
  /(?:(?:openclaw|clawdbot|moltbot)(?:\.mjs)?|(?:dist\/)?(?:index|entry)\.m?js)\s+(?:onboard|doctor|configure|setup|tui|dashboard|devices|channels|agent|node|config)\b/i;

/** Not that of a browser, a proxy or the like, which a gateway uses. */
const clientVariable =
  /^(?:OPENCLAW|CLAWDBOT|MOLTBOT)_(?:(?:GATEWAY|API|BASE|SERVER|REMOTE|UPSTREAM|WS|HTTP)_)*(?:URL|HOST|ENDPOINT|ADDRESS)$/;

const productAddress =
  /^(?:OPENCLAW|CLAWDBOT|MOLTBOT)_(?!\w*(?:BROWSER|CHROME|CDP|PROXY|SANDBOX|SEARCH|NODE))(?:\w+_)?(?:URL|HOST|ENDPOINT|ADDRESS)$/;

/** An address of a gateway elsewhere. A gateway may be told its own, under its public name or as a service. */
function isClientVariable({ name, value }: ComposeService['environment'][number], service: ComposeService): boolean {
  const isOther = !isProductImage(service.image?.value ?? '') && !product.test(service.name);
  const host = /(?:wss?|https?):\/\/([^/:}]+)/.exec(value?.value ?? '')?.[1];
  // The address of a service that is called after the product, under whatever name.
  if (
    isOther &&
    host !== undefined &&
    host !== service.name &&
    productAddress.test(name) &&
    product.test(host.split('-')[0] ?? '')
  )
    return true;
  if (!clientVariable.test(name)) return false;
  if (host === undefined) return isOther && /GATEWAY_(?:WS_)?URL$/.test(name);
  if (/^(?:localhost|127\.0\.0\.1|0\.0\.0\.0)$/.test(host) || host === service.name) return false;
  return !isProductImage(service.image?.value ?? '') || /^[\w-]+$/.test(host);
}
