/** The machine compares a piece at once: a loop over all characters takes ten times longer. */
const piece = 1024;

/** How many characters two texts have in common from their start on. */
export function sharedStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at + piece <= most && one.slice(at, at + piece) === other.slice(at, at + piece)) at += piece;
  while (at < most && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at;
}

/** How many characters two texts have in common at their end, behind the first `start` ones. */
export function sharedEnd(one: string, other: string, start: number): number {
  const [end, otherEnd] = [one.length, other.length];
  const most = Math.min(end, otherEnd) - start;
  let at = 0;
  while (
    at + piece <= most &&
    one.slice(end - at - piece, end - at) === other.slice(otherEnd - at - piece, otherEnd - at)
  )
    at += piece;
  while (at < most && one.charCodeAt(end - at - 1) === other.charCodeAt(otherEnd - at - 1)) at++;
  return at;
}
