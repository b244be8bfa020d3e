/** Bounds the memory of a long session: far more files than a workspace has. */
const maxFiles = 20_000;

/**
 * Remembers what a pure function made of each file's text, so that linting a project again costs only the files that changed.
 * Holds one text per path, the last one.
 */
export class FileCache<T> {
  readonly #compute: (text: string, previous: T | undefined) => T;
  #known = new Map<string, { readonly text: string; readonly value: T }>();

  /** `previous` is what it made of the file's text before, and is not asked for again. */
  constructor(compute: (text: string, previous: T | undefined) => T) {
    this.#compute = compute;
    // A map that is only cleared keeps what it held until the next full garbage collection: V8 links its old tables to the new ones.
    whenForgotten(() => {
      this.#known = new Map();
    });
  }

  get(path: string, text: string): T {
    const known = this.#known.get(path);
    if (known !== undefined && known.text === text) return known.value;
    const value = this.#compute(text, known?.value);
    if (this.#known.size >= maxFiles) this.#known.clear();
    this.#known.set(path, { text, value });
    return value;
  }
}

/** Drops what is remembered of files, for who reads many and none of them again. */
export function forgetFiles(): void {
  for (const forget of caches) forget();
}

/** For what else is remembered of files. */
export function whenForgotten(forget: () => void): void {
  caches.push(forget);
}

const caches: (() => void)[] = [];
