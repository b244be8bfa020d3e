/** The gateway's npm package under one of its names, and the version that is asked for; '' where none is. */
export function gatewayPackage(
  specifier: string,
): { readonly name: string; readonly version: string } | undefined {
  const match = /^(openclaw|clawdbot|moltbot)(?:@(.*))?$/.exec(specifier);
  return match === null ? undefined : { name: match[1] ?? '', version: match[2] ?? '' };
}
