/** A Node version; a part that a tag leaves open stands for the newest there is. */
export interface NodeVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** What the gateway's package.json asks for (`engines.node`), as alternatives. */
export interface NodeRequirement {
  /** For people. */
  readonly text: string;
  readonly isMetBy: (node: NodeVersion) => boolean;
}

const newest = Number.POSITIVE_INFINITY;
/** Names of the long-term releases (https://github.com/nodejs/Release). */
const codenames: Readonly<Record<string, number>> = {
  fermium: 14,
  gallium: 16,
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
};

/** The version in a tag of the Node image: `22-bookworm`, `22.12.0`, `jod-slim`; `undefined` for `lts`, `current` and no tag. */
export function nodeVersionOfTag(tag: string): NodeVersion | undefined {
  const number = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-|$)/.exec(tag);
  if (number !== null) {
    const [, major, minor, patch] = number;
    return { major: Number(major), minor: Number(minor ?? newest), patch: Number(patch ?? newest) };
  }
  const name = /^[a-z]+/.exec(tag)?.[0] ?? '';
  const major = Object.hasOwn(codenames, name) ? codenames[name] : undefined;
  return major === undefined ? undefined : { major, minor: newest, patch: newest };
}

/** `engines.node` of the published versions, from the newest on (package.json of openclaw on npm). */
const eras: readonly { readonly from: readonly [number, number, number]; readonly engines: string }[] = [
  { from: [2026, 9, 3], engines: '>=24.16.0 <25 || >=26.1.0' },
  { from: [2026, 7, 1], engines: '>=22.22.3 <23 || >=24.15.0 <25 || >=25.9.0' },
  { from: [2026, 5, 18], engines: '>=22.19.0' },
  { from: [2026, 5, 12], engines: '>=22.16.0' },
  { from: [2026, 3, 24], engines: '>=22.14.0' },
  { from: [2026, 3, 12], engines: '>=22.16.0' },
  { from: [2026, 1, 0], engines: '>=22.12.0' },
];

/** What a version of the gateway's package needs; '' and `latest` ask for the newest. `undefined` where the version is not known. */
export function requirementOf(name: string, version: string): NodeRequirement | undefined {
  const exact = /^[v=]*(\d{4})\.(\d+)\.(\d+)(?:-[\w.]+)?$/.exec(version);
  if (exact !== null) {
    const parts = exact.slice(1).map(Number);
    const era = eras.find(({ from }) => isAtLeast(parts, from));
    return era === undefined ? undefined : readEngines(era.engines);
  }
  if (!/^(?:latest|next|beta|main|\*|)$/.test(version)) return undefined;
  // The packages under the older names ended in January 2026.
  return readEngines((name === 'openclaw' ? eras[0] : eras.at(-1))?.engines ?? '');
}

/** Reads the part of the range syntax that engines use: `>=a.b.c`, `<x`, `^a.b.c`, a bare major, joined by `||`. */
export function readEngines(engines: string): NodeRequirement | undefined {
  const alternatives: ((node: NodeVersion) => boolean)[] = [];
  for (const alternative of engines.split('||')) {
    const tests: ((node: NodeVersion) => boolean)[] = [];
    for (const part of alternative.trim().split(/\s+/)) {
      const match = /^(>=|<|\^|)v?(\d+)(?:\.(\d+|x))?(?:\.(\d+|x))?$/.exec(part);
      if (match === null) return undefined;
      const bound = [match[2], match[3], match[4]].map((text) =>
        text === undefined || text === 'x' ? 0 : Number(text),
      );
      const major = bound[0] ?? 0;
      if (match[1] === '<') tests.push((node) => !isAtLeast(partsOf(node), bound));
      else if (match[1] === '>=') tests.push((node) => isAtLeast(partsOf(node), bound));
      else tests.push((node) => node.major === major && isAtLeast(partsOf(node), bound));
    }
    alternatives.push((node) => tests.every((test) => test(node)));
  }
  return { text: describe(engines), isMetBy: (node) => alternatives.some((test) => test(node)) };
}

/** `>=24.16.0 <25 || >=26.1.0` is "24.16 or later, or 26.1 or later". */
function describe(engines: string): string {
  return engines
    .split('||')
    .map((part) => part.trim().split(/\s+/)[0] ?? '')
    .map(
      (part) => `${part.replace(/^(?:>=|\^|v)/, '').replace(/\.0$/, '')}${/^(?:>=|\^)/.test(part) ? ' or later' : ''}`,
    )
    .join(', or ');
}

function partsOf({ major, minor, patch }: NodeVersion): readonly number[] {
  return [major, minor, patch];
}

function isAtLeast(version: readonly number[], bound: readonly number[]): boolean {
  for (let at = 0; at < bound.length; at++) {
    const difference = (version[at] ?? 0) - (bound[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
