import { parentFolder } from '../workspace/paths.ts';

/** The paths that a build step gives to somebody, or makes writable. */
export class GivenPaths {
  /** Words behind a command that gives something away. */
  readonly #words: readonly string[];
  /** The rest of commands that change an owner or rights. */
  readonly #changed: readonly string[];
  readonly #hasVariable: boolean;

  /** `step`: in one line. */
  constructor(step: string) {
    const words = new Set<string>();
    const changed: string[] = [];
    let hasVariable = false;
    for (const command of step.split(/[;&|]/)) {
      const rest = behind(command, givers);
      if (rest === undefined) continue;
      for (const word of rest.split(/[\s"']/)) words.add(word);
      const owned = behind(command, owners);
      if (owned !== undefined) changed.push(owned);
      hasVariable ||= behind(command, changers)?.includes('$') === true;
    }
    this.#words = [...words];
    this.#changed = changed;
    this.#hasVariable = hasVariable;
  }

  /** An absolute path, or a folder above it, is among them, or may be. */
  include(path: string): boolean {
    if (this.#words.length === 0) return false;
    if (this.#hasVariable || this.#changed.some((rest) => rest.includes(path))) return true;
    for (let at = path.replace(/\/$/, ''); at !== '/' && at !== ''; at = parentFolder(at)) {
      const folder = at;
      if (this.#words.some((word) => word.endsWith(folder) || word.endsWith(`${folder}/`))) return true;
    }
    return false;
  }
}

const givers = /chown|chmod|chgrp|setfacl|install\s+-|useradd|adduser/;
const owners = /chown|chmod/;
const changers = /chown|chmod|chgrp/;

function behind(command: string, giver: RegExp): string | undefined {
  const match = giver.exec(command);
  return match === null ? undefined : command.slice(match.index + match[0].length);
}
