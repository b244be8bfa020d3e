import { type CatalogBinary, catalog } from './catalog.ts';

/** Binaries by the commands' names. */
export class BinaryCatalog {
  readonly binaries: readonly CatalogBinary[];
  readonly #byName: ReadonlyMap<string, CatalogBinary>;

  constructor(binaries: readonly CatalogBinary[]) {
    this.#byName = new Map(binaries.map((binary) => [binary.name, binary]));
    this.binaries = [...this.#byName.values()];
  }

  find(name: string): CatalogBinary | undefined {
    return this.#byName.get(name);
  }

  /** With entries that are new or take the place of those of the same name. */
  with(entries: readonly CatalogBinary[]): BinaryCatalog {
    return entries.length === 0 ? this : new BinaryCatalog([...this.binaries, ...entries]);
  }
}

/** The binaries whose sources were checked; a project may have others. */
export const builtInCatalog = new BinaryCatalog(catalog);
