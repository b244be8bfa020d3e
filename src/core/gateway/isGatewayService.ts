/** What is known about a compose service or a container that may run a gateway. */
export interface GatewayCandidate {
  readonly service: string;
  readonly image: string;
  readonly command?: string | undefined;
}

/**
 * Whether it runs a gateway under any of its names. A service that is named like a gateway is one; otherwise its image or its
 * command must say so. The command line service (`openclaw-cli`) has the same image and is none.
 */
export function isGatewayService({ service, image, command }: GatewayCandidate): boolean {
  const name = service.toLowerCase();
  if (/(?:^|[-_.])(?:cli|doctor|onboard|setup|init|browser|sandbox|proxy|db)$/.test(name)) return false;
  if (/^(?:openclaw|moltbot|clawdbot)(?:[-_.]?gateway)?$/.test(name)) return true;
  if (command !== undefined && gatewayCommand.test(command)) return true;
  return gatewayImage.test(image.toLowerCase());
}

const gatewayCommand =
  /(?:openclaw(?:\.mjs)?|moltbot(?:\.mjs)?|clawdbot(?:\.mjs)?|(?:dist\/)?(?:index|entry)\.m?js)["']?,? ["']?gateway\b/;
/** The repository part of an image reference, official images and those that compose names after a gateway service. */
const gatewayImage =
  /(?:^|\/)(?:openclaw|moltbot|clawdbot)(?:[-_]gateway)?(?::|@|$)|[-_](?:openclaw|moltbot|clawdbot)[-_]gateway(?::|@|$)/;
