import type { Finding } from './Rule.ts';

/** Each place once: anchors and `extends` lead to the same text from several services. */
export function uniqueFindings(findings: Iterable<Finding>): readonly Finding[] {
  const byPlace = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.path}:${finding.range.start}`;
    if (!byPlace.has(key)) byPlace.set(key, finding);
  }
  return [...byPlace.values()];
}
