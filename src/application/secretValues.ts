import { isSecretName } from '../core/gateway/maskSecrets.ts';

/** The values in a container's environment that must not show anywhere, by the names of their variables. */
export function secretValues(environment: ReadonlyMap<string, string>): readonly string[] {
  return [...environment].filter(([name, value]) => isSecretName(name) && value !== '').map(([, value]) => value);
}
