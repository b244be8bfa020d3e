import { expandVariables } from '../dockerfile/expandVariables.ts';

/**
 * Puts variables into a value of a compose file (https://docs.docker.com/reference/compose-file/interpolation/). A variable that is
 * neither set nor defaulted becomes empty, as compose does with a warning.
 */
export function interpolate(value: string, variables: ReadonlyMap<string, string>): string {
  if (!value.includes('$')) return value;
  return value
    .split('$$')
    .map((part) =>
      expandVariables(part, (name) => variables.get(name)).replace(/\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)/g, ''),
    )
    .join('$');
}
