/** Texts kept per function: enough for every file of a large workspace, in bounded memory. */
const maxEntries = 4096;

/**
 * Remembers what a pure function made of a text, so that linting a project again costs only the files that changed.
 * The oldest entries go first.
 */
export function memoizeByText<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const hit = known.get(text);
    if (hit !== undefined || known.has(text)) return hit as T;
    const value = compute(text);
    if (known.size >= maxEntries) {
      const oldest = known.keys().next();
      if (!oldest.done) known.delete(oldest.value);
    }
    known.set(text, value);
    return value;
  };
}
