const attempts = 4;
const patienceMs = 5000;

/**
 * Does what opens something and uses it, again where that is gone before its use: a window that draws anew, or whose focus moves,
 * closes a menu or a box that has just opened, and a person would open it again. `timeout` is for the waits inside; the last
 * attempt has the usual one, and its error is the result.
 */
export async function insist<T>(openAndUse: (timeout: { timeout?: number }) => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    try {
      return await openAndUse({ timeout: patienceMs });
    } catch (error) {
      if (!(error instanceof Error && error.name === 'TimeoutError')) throw error;
    }
  }
  return openAndUse({});
}
