import { type CatalogBinary, catalog } from './catalog.ts';

/** Binaries by the commands' names. */
export class BinaryCatalog {
  readonly #given: readonly CatalogBinary[] | (() => readonly CatalogBinary[]);
  #byName: ReadonlyMap<string, CatalogBinary> | undefined;

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

  /** With entries that are new or take the place of those of the same name. */
  with(entries: readonly CatalogBinary[]): BinaryCatalog {
    return entries.length === 0 ? this : new BinaryCatalog([...this.binaries, ...entries]);
  }
}

/** The binaries whose sources were checked; a project may have others. */
export const builtInCatalog = new BinaryCatalog(catalog);
