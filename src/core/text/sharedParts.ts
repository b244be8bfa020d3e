/** The machine compares a piece at once: a loop over all characters takes ten times longer, and a hundred times while it is not compiled. */
const piece = 1024;

/** How many characters two texts have in common from their start on. */
export function sharedStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  const isShared = (size: number): boolean =>
    at + size <= most && one.slice(at, at + size) === other.slice(at, at + size);
  while (isShared(piece)) at += piece;
  for (let size = piece / 2; size >= 1; size /= 2) if (isShared(size)) at += size;
  return at;
}

/** How many characters two texts have in common at their end, behind the first `start` ones. */
export function sharedEnd(one: string, other: string, start: number): number {
  const [end, otherEnd] = [one.length, other.length];
  const most = Math.min(end, otherEnd) - start;
  let at = 0;
  const isShared = (size: number): boolean =>
    at + size <= most && one.slice(end - at - size, end - at) === other.slice(otherEnd - at - size, otherEnd - at);
  while (isShared(piece)) at += piece;
  for (let size = piece / 2; size >= 1; size /= 2) if (isShared(size)) at += size;
  return at;
}
