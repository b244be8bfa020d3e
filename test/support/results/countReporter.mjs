/** A reporter of `node --test` that writes `{"passed": N, "failed": N}`. Skipped tests count as failed: none may be. */
export default async function* countReporter(events) {
  for await (const { type, data } of events) {
    // The summary of the whole run is the one without a file.
    if (type !== 'test:summary' || data.file !== undefined) continue;
    const { passed, failed, cancelled, skipped, todo } = data.counts;
    yield JSON.stringify({ passed, failed: failed + cancelled + skipped + todo });
  }
}
