/** Puts the values into the `{version}`, `{arch}` and `{asset}` of a catalog's template. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** The version in a text that was made of a template, such as `0.37.0` in `v0.37.0` for `v{version}`. */
export function versionIn(template: string, text: string): string | undefined {
  const [before = '', after = ''] = template.split('{version}');
  if (!template.includes('{version}') || !text.startsWith(before) || !text.endsWith(after)) return undefined;
  const version = text.slice(before.length, text.length - after.length);
  // It goes into a shell command: nothing but a version may pass.
  return /^\d[A-Za-z0-9._+-]*$/.test(version) ? version : undefined;
}
