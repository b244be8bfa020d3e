/** The kernel refuses longer ones at start; a variable that doubles itself line by line would be without end. */
const maxValueLength = 128 * 1024;

interface Version {
  readonly from: number;
  readonly value: string;
}

/** The values of variables while they are set one after the other, seen as they were at each moment without a copy for each. */
export class VariableHistory {
  readonly #versions = new Map<string, Version[]>();
  #count = 0;

  constructor(initial: Iterable<readonly [string, string]>) {
    for (const [name, value] of initial) this.set(name, value);
  }

  set(name: string, value: string): void {
    if (value.length > maxValueLength) return;
    this.#count += 1;
    const version = { from: this.#count, value };
    const known = this.#versions.get(name);
    if (known === undefined) this.#versions.set(name, [version]);
    else known.push(version);
  }

  /** The variables as they are now; what is set later does not show in it. */
  now(): ReadonlyMap<string, string> {
    return new VariablesAt(this.#versions, this.#count);
  }
}

class VariablesAt implements ReadonlyMap<string, string> {
  readonly #versions: ReadonlyMap<string, readonly Version[]>;
  readonly #moment: number;

  constructor(versions: ReadonlyMap<string, readonly Version[]>, moment: number) {
    this.#versions = versions;
    this.#moment = moment;
  }

  get size(): number {
    return [...this.keys()].length;
  }

  get(name: string): string | undefined {
    const versions = this.#versions.get(name);
    if (versions === undefined) return undefined;
    let low = 0;
    let high = versions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((versions[middle]?.from ?? 0) <= this.#moment) low = middle + 1;
      else high = middle;
    }
    return versions[low - 1]?.value;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  *entries(): MapIterator<[string, string]> {
    for (const name of this.#versions.keys()) {
      const value = this.get(name);
      if (value !== undefined) yield [name, value];
    }
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  forEach(action: (value: string, name: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [name, value] of this.entries()) action(value, name, this);
  }
}
