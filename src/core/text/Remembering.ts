/**
 * Remembers on the object itself what pure functions made of it. (Many small entries in a `WeakMap` cost the garbage collector more
 * than the work that they save.)
 */
export abstract class Remembering {
  #compute: unknown;
  #value: unknown;
  #more: Map<unknown, unknown> | undefined;

  /** What `compute` makes of this object; it is called once. Give the same function each time. */
  remember<T>(compute: (self: this) => T): T {
    if (this.#compute === compute) return this.#value as T;
    if (this.#compute === undefined) {
      const value = compute(this);
      // The computation may have remembered something by itself.
      if (this.#compute === undefined) {
        this.#compute = compute;
        this.#value = value;
        return value;
      }
      return this.#add(compute, value);
    }
    if (this.#more?.has(compute) === true) return this.#more.get(compute) as T;
    return this.#add(compute, compute(this));
  }

  /** It has been asked for. */
  knows(compute: (self: this) => unknown): boolean {
    return this.#compute === compute || this.#more?.has(compute) === true;
  }

  #add<T>(compute: unknown, value: T): T {
    this.#more ??= new Map();
    this.#more.set(compute, value);
    return value;
  }
}
