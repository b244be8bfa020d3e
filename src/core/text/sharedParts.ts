/** How many characters two texts have in common from their start on. */
export function sharedStart(one: string, other: string): number {
  return longest(Math.min(one.length, other.length), (from, to) => one.slice(from, to) === other.slice(from, to));
}

/** How many characters two texts have in common at their end, behind the first `start` ones. */
export function sharedEnd(one: string, other: string, start: number): number {
  const [ends, otherEnds] = [one.length, other.length];
  return longest(
    Math.min(ends, otherEnds) - start,
    (from, to) => one.slice(ends - to, ends - from) === other.slice(otherEnds - to, otherEnds - from),
  );
}

/** By halves: the machine compares long pieces at once, and a loop over characters takes ten times longer. */
function longest(most: number, isSame: (from: number, to: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isSame(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
