const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Memory and file sizes as people know them: `3.8 GB` is what a "4 GB" machine has. Binary units under their everyday names. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
