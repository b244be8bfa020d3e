/**
 * Remembers on the object itself what pure functions made of it. (Many small entries in a `WeakMap` cost the garbage collector more
 * than the work that they save.)
 */
export abstract class Remembering {
  #compute: unknown;
  #value: unknown;
  /** The second function and its value, the third and its value and so on: few enough to look through. */
  #more: unknown[] | undefined;

  /** What `compute` makes of this object; it is called once. Give the same function each time. */
  remember<T>(compute: (self: this) => T): T {
    if (this.#compute === compute) return this.#value as T;
    const at = this.#placeOf(compute);
    return at === -1 ? this.#keep(compute, compute(this)) : (this.#more?.[at] as T);
  }

  /** What `compute` makes of this object and of something else, which is mostly the same as the last time. */
  rememberFor<A, T>(other: A, compute: (self: this, other: A) => T): T {
    const at = this.#compute === compute ? undefined : this.#placeOf(compute);
    const known = (at === undefined ? this.#value : this.#more?.[at]) as { other: A; value: T } | undefined;
    if (known === undefined) return this.#keep(compute, { other, value: compute(this, other) }).value;
    if (known.other !== other) {
      known.value = compute(this, other);
      known.other = other;
    }
    return known.value;
  }

  /** It has been asked for. */
  knows(compute: (self: this) => unknown): boolean {
    return this.#compute === compute || this.#placeOf(compute) !== -1;
  }

  /** Where the function's value stands, or -1. */
  #placeOf(compute: unknown): number {
    if (this.#more === undefined) return -1;
    for (let at = 0; at < this.#more.length; at += 2) if (this.#more[at] === compute) return at + 1;
    return -1;
  }

  /** Not before it is computed: the computation may remember something by itself. */
  #keep<T>(compute: unknown, value: T): T {
    if (this.#compute === undefined) {
      this.#compute = compute;
      this.#value = value;
    } else if (this.#more === undefined) {
      this.#more = [compute, value];
    } else {
      this.#more.push(compute, value);
    }
    return value;
  }
}
