import type { TreeNode } from './TreeNode.ts';

/** A node with whatever is remembered below it. */
export interface Branch {
  readonly node: TreeNode;
}

/**
 * The nodes below one node, made once for each key: VS Code finds what to refresh by the very object, so a node stays while what it shows
 * changes. A node reads its value when it is drawn.
 */
export class KnownNodes<Value, Made extends Branch> {
  readonly #keyOf: (value: Value) => string;
  readonly #make: (read: () => Value) => Made;
  #known = new Map<string, Known<Value, Made>>();

  constructor(keyOf: (value: Value) => string, make: (read: () => Value) => Made) {
    this.#keyOf = keyOf;
    this.#make = make;
  }

  /** The nodes for these values, in order; all others are forgotten. */
  show(values: readonly Value[]): readonly TreeNode[] {
    const shown = new Map(values.map((value) => [this.#keyOf(value), this.#withValue(value)]));
    this.#known = shown;
    return [...shown.values()].map(({ made }) => made.node);
  }

  /** Gives a node that was shown its new value; `undefined` where none was. */
  update(value: Value): Made | undefined {
    return this.#known.has(this.#keyOf(value)) ? this.#withValue(value).made : undefined;
  }

  #withValue(value: Value): Known<Value, Made> {
    const old = this.#known.get(this.#keyOf(value));
    if (old !== undefined) {
      old.value = value;
      return old;
    }
    const cell = { value };
    return Object.assign(cell, { made: this.#make(() => cell.value) });
  }
}

interface Known<Value, Made> {
  value: Value;
  readonly made: Made;
}
