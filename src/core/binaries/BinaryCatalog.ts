import { type CatalogBinary, catalog } from './catalog.ts';

/** Binaries by the commands' names. */
export class BinaryCatalog {
  readonly #given: readonly CatalogBinary[] | (() => readonly CatalogBinary[]);
  #byName: ReadonlyMap<string, CatalogBinary> | undefined;
  readonly #with = new WeakMap<readonly CatalogBinary[], BinaryCatalog>();

  /** A function is called when the first binary is asked for: most files name none. */
  constructor(given: readonly CatalogBinary[] | (() => readonly CatalogBinary[])) {
    this.#given = given;
  }

  get binaries(): readonly CatalogBinary[] {
    return [...this.#known.values()];
  }

  find(name: string): CatalogBinary | undefined {
    return this.#known.get(name);
  }

  get #known(): ReadonlyMap<string, CatalogBinary> {
    this.#byName ??= new Map(
      (typeof this.#given === 'function' ? this.#given() : this.#given).map((binary) => [binary.name, binary]),
    );
    return this.#byName;
  }

  /** With entries that are new or take the place of those of the same name. The same catalog for the same list. */
  with(entries: readonly CatalogBinary[]): BinaryCatalog {
    if (entries.length === 0) return this;
    let catalog = this.#with.get(entries);
    if (catalog === undefined) {
      catalog = new BinaryCatalog([...this.binaries, ...entries]);
      this.#with.set(entries, catalog);
    }
    return catalog;
  }
}

/** The binaries whose sources were checked; a project may have others. */
export const builtInCatalog = new BinaryCatalog(catalog);
