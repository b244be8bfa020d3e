import type { BinarySource, CatalogBinary } from './catalog.ts';

/** A binary of the catalog as Markdown: where it comes from, who needs it, and what it needs to keep working. */
export function describeBinary(binary: CatalogBinary): string {
  const { environment = [], persist = [], skills, source } = binary;
  const lines = [
    `Source: ${sourceOf(source)}`,
    ...(binary.version === undefined ? [] : [`Version: ${binary.version}`]),
    ...(skills.length === 0 ? [] : [`Skills: ${skills.join(', ')}`]),
    ...(binary.needsGlibc === true ? ['Needs glibc: it does not run on Alpine'] : []),
    ...(persist.length === 0
      ? []
      : [`Must persist, or it is lost when the container is recreated: ${persist.map(code).join(', ')}`]),
    ...(environment.length === 0 ? [] : [`Environment: ${environment.map(code).join(', ')}`]),
  ];
  return `**${binary.name}**: ${binary.summary}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

function sourceOf(source: BinarySource): string {
  switch (source.kind) {
    case 'githubRelease':
      return `releases of [${source.repository}](https://github.com/${source.repository}/releases)`;
    case 'download': {
      const addresses = Object.values(source.assets).flatMap((asset) => asset?.url ?? []);
      return `download from ${/^https?:\/\/([^/]+)/.exec(addresses[0] ?? '')?.[1] ?? 'its publisher'}`;
    }
    case 'base':
      return 'part of the official gateway image';
    case 'none':
      return `no Linux build: ${source.reason}.${source.instead === undefined ? '' : ` ${source.instead}`}`;
    case 'apt':
      return `Debian package ${code(source.package)}`;
    case 'go':
      return `Go module ${code(source.package)}`;
    case 'npm':
      return `npm package ${code(source.package)}`;
    case 'pip':
    case 'uv':
      return `Python package ${code(source.package)}`;
  }
}

function code(text: string): string {
  return `\`${text}\``;
}
