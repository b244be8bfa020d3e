/**
 * Negative where `a` is older than `b`. Versions as release pages write them: with or without a leading `v`, with two or more numbers
 * (`0.24`), dates (`20250625`, `2026.9.6`), and pre-releases before their release, as in https://semver.org/#spec-item-11.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  const byNumbers = compareLists(left.numbers, right.numbers, '0');
  if (byNumbers !== 0) return byNumbers;
  if (left.preRelease.length === 0 || right.preRelease.length === 0) {
    return right.preRelease.length - left.preRelease.length;
  }
  return compareLists(left.preRelease, right.preRelease, '');
}

function parse(version: string): { readonly numbers: readonly string[]; readonly preRelease: readonly string[] } {
  const [plain = ''] = version
    .trim()
    .replace(/^v(?=\d)/i, '')
    .split('+');
  const dash = plain.indexOf('-');
  return {
    numbers: (dash === -1 ? plain : plain.slice(0, dash)).split('.'),
    preRelease: dash === -1 ? [] : plain.slice(dash + 1).split('.'),
  };
}

function compareLists(a: readonly string[], b: readonly string[], filler: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const order = compareParts(a[index] ?? filler, b[index] ?? filler);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers by their value and before words. */
function compareParts(a: string, b: string): number {
  const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumberA && isNumberB) {
    const [left, right] = [BigInt(a), BigInt(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  }
  // What is not there comes first of all.
  if (a === '' || b === '') return a.length - b.length;
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
