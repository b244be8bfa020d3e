import type { FileEdits, Fix } from './Problem.ts';

/** A fix whose edits are worked out when they are asked for: most findings are only shown, with what the fix would do. */
export class LateFix implements Fix {
  readonly title: string;
  readonly #workOut: () => readonly FileEdits[];

  constructor(title: string, workOut: () => readonly FileEdits[]) {
    this.title = title;
    this.#workOut = workOut;
  }

  // Not in an object literal, where V8 would make a hidden class for each, which holds the function until the next full garbage collection.
  get edits(): readonly FileEdits[] {
    return this.#workOut();
  }
}
