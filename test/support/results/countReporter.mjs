/**
 * A reporter of `node --test` that writes `{"passed": N, "failed": N, "failures": ["name: why"]}`. Skipped tests count as
 * failed: none may be.
 */
export default async function* countReporter(events) {
  const failures = [];
  for await (const { type, data } of events) {
    // A suite fails with its tests: these are the ones to name.
    if (type === 'test:fail' && data.details.error.failureType !== 'subtestsFailed') {
      failures.push(oneLine(data.name, data.details.error));
    }
    // The summary of the whole run is the one without a file.
    if (type !== 'test:summary' || data.file !== undefined) continue;
    const { passed, failed, cancelled, skipped, todo } = data.counts;
    yield JSON.stringify({ passed, failed: failed + cancelled + skipped + todo, failures });
  }
}

function oneLine(name, { cause, message }) {
  return `${name}: ${cause?.message ?? message}`.replace(/\s+/g, ' ').slice(0, 300);
}
