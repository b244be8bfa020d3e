import type { FailureContext, FailureRule } from './FailureRule.ts';

/** Memory that a build of the gateway from source needs (OpenClaw documentation, Docker VM runtime). */
const sourceBuildGigabytes = 6;

/** What BuildKit, the builder and the programs in RUN steps print, most specific first. */
export const buildFailures: readonly FailureRule[] = [
  {
    kind: 'outOfMemory',
    match:
      /exit code: 137\b|ResourceExhausted: .*cannot allocate memory|cannot allocate memory|JavaScript heap out of memory/i,
    explain: (_groups, context) => outOfMemory(context, 'was killed (exit code 137): the VM is out of memory'),
  },
  {
    kind: 'noSpace',
    match: /no space left on device/i,
    explain: (_groups, { machine }) => ({
      message: `The disk of "${machine.name}" is full.`,
      remedy:
        'Free space there (`docker system df` shows what Docker uses, `docker builder prune` removes old build cache), or enlarge the disk, then try again.',
    }),
  },
  {
    kind: 'checksumMismatch',
    match:
      /sha256sum: WARNING: \d+ computed checksums? did NOT match|^(?:#\d+ )?(?:[\d.]+ )?(\S+): FAILED$|expected-checksum.*mismatch/i,
    explain: (_groups, context) => ({
      message: `A downloaded file does not have the checksum that the Dockerfile expects${at(context)}.`,
      remedy:
        'The release was replaced, or the download is not the file it should be. Check the version and its published checksum before you change the one in the Dockerfile.',
    }),
  },
  {
    kind: 'downloadFailed',
    match: /curl: \((\d+)\)(.*)|wget: (?:server returned error: )?(.*(?:404|403|50\d|bad address|unable to resolve).*)/,
    explain: (groups, context) => downloadFailed(groups, context),
  },
  {
    kind: 'downloadNotAnArchive',
    match:
      /gzip: stdin: not in gzip format|tar: This does not look like a tar archive|invalid (?:gzip )?magic|File format not recognized/,
    explain: (_groups, context) => ({
      message: `A download is not the archive that the Dockerfile expects${at(context)}: the address answered with something else, mostly an error page.`,
      remedy: 'Correct the asset name in the URL and let `curl -f` fail on error answers.',
    }),
  },
  {
    kind: 'nodeTooOld',
    match:
      /this OpenClaw release requires Node|is unsupported; OpenClaw requires|EBADENGINE|node:sqlite is unavailable/,
    explain: () => ({
      message: 'The Node of the base image is too old for this version of the gateway.',
      remedy: 'Use a base image with Node 24.16 or newer in FROM, then build again.',
    }),
  },
  {
    kind: 'wrongArchitecture',
    match:
      /exec format error|no match for platform in manifest|does not match the (?:detected|specified) (?:host )?platform/i,
    explain: (_groups, { machine }) => ({
      message: `Something in the image was built for another processor architecture than that of "${machine.name}"${machine.architecture === undefined ? '' : ` (${machine.architecture})`}.`,
      remedy:
        'Choose the base image and the downloaded assets for that architecture, or let the Dockerfile choose by TARGETARCH.',
    }),
  },
  {
    kind: 'syntaxImage',
    match:
      /failed to resolve source metadata for (docker\.io\/docker\/dockerfile\S*):|resolve image config for docker-image:\/\/(docker\.io\/docker\/dockerfile\S*)/,
    explain: (groups, { machine }) => ({
      message: `"${machine.name}" cannot fetch ${groups[1] ?? groups[2]}, which the first line of the Dockerfile (\`# syntax=\`) asks for.`,
      remedy:
        'Give the machine access to the registry, or remove the `# syntax=` line: current builders do without it.',
    }),
  },
  {
    kind: 'imageNotAvailable',
    match:
      /failed to solve: (\S+): (?:failed to resolve source metadata|not found|pull access denied|failed to authorize)|failed to resolve source metadata for (\S+?):? /,
    explain: (groups, { machine }) => ({
      message: `"${machine.name}" cannot fetch the base image ${groups[1] ?? groups[2]}.`,
      remedy:
        'Check the name and tag in FROM and the machine’s access to the registry (`docker pull` there shows more).',
    }),
  },
  {
    kind: 'dockerfileMissing',
    match: /failed to read dockerfile: open (\S+): no such file or directory/,
    explain: (groups, { folder, machine }) => ({
      message: `There is no ${groups[1]} in the build context below ${folder} on "${machine.name}".`,
      remedy: 'Check `build:` in the compose file, and that the project’s files are on the machine.',
    }),
  },
  {
    kind: 'dockerfile',
    match: /dockerfile parse error(?: on)? line (\d+): (.+)/i,
    explain: (groups) => ({
      message: `The Dockerfile has an error in line ${groups[1]}: ${groups[2]}.`,
      remedy: 'Correct that line, then build again.',
    }),
  },
  {
    kind: 'copySourceMissing',
    match: /failed to (?:compute cache key|calculate checksum of ref).*: "([^"]+)": not found/,
    explain: (groups, context) => ({
      message: `The Dockerfile copies ${groups[1]?.replace(/^\//, '')}, which is not in the build context${at(context)}.`,
      remedy: 'Check the path against the build context’s folder, and that `.dockerignore` does not exclude it.',
    }),
  },
  {
    kind: 'commandNotFound',
    match: /(?:\/bin\/(?:ba|da)?sh: )?(?:line )?(?:\d+: )?([\w./-]+): (?:command )?not found$/,
    explain: (groups, context) => ({
      message: `The image has no ${groups[1]} where a build step needs it${at(context)}.`,
      remedy: `Install ${groups[1]} in the Dockerfile before that step.`,
    }),
  },
  {
    kind: 'outOfMemory',
    match: /(?:^|\s)(?:Killed|SIGKILL)\s*$|signal: killed/,
    explain: (_groups, context) =>
      outOfMemory(context, 'lost a program to a kill, most likely because the VM is out of memory'),
  },
  {
    kind: 'other',
    match: /failed to solve: process "(.*)" did not complete successfully: exit code: (\d+)/,
    explain: (groups, context) => ({
      message: `A build step ended with exit code ${groups[2]}${at(context)}.`,
      remedy: 'The lines above the error in the output say why; correct the step, then build again.',
    }),
  },
];

/** For warnings: a killed program whose step went on, so that the build is green and the image incomplete. */
export function killedUnnoticed(lines: readonly string[]): string | undefined {
  return lines.find((line) => /^#\d+ [\d.]+ Killed\s*$/.test(line));
}

function outOfMemory({ machine, instruction }: FailureContext, what: string): { message: string; remedy: string } {
  const { name, memoryBytes } = machine;
  const step = instruction === undefined ? 'The build' : `The build step "${instruction}"`;
  return {
    message: `${step} on "${name}" ${what}. ${memorySentence(name, memoryBytes)}`,
    remedy:
      'Use a larger machine class (or a prebuilt image such as ghcr.io/openclaw/openclaw), then build again. What runs there now was left as it is.',
  };
}

function memorySentence(name: string, memoryBytes: number | undefined): string {
  if (memoryBytes === undefined) return `A source build needs ${sourceBuildGigabytes} GB.`;
  return memoryBytes < (sourceBuildGigabytes - 0.5) * 2 ** 30
    ? `The VM has ${gigabytes(memoryBytes)}; a source build needs ${sourceBuildGigabytes} GB.`
    : `"${name}" has ${gigabytes(memoryBytes)}, shared by everything that runs there.`;
}

/** Machines report a little less than their nominal size, so whole gigabytes are rounded up from 0.85 on. */
function gigabytes(bytes: number): string {
  const exact = bytes / 2 ** 30;
  const nearest = Math.round(exact);
  return nearest >= 1 && Math.abs(exact - nearest) <= 0.15 ? `${nearest} GB` : `${exact.toFixed(1)} GB`;
}

function downloadFailed(groups: RegExpExecArray, context: FailureContext): { message: string; remedy: string } {
  const text = (groups[2] ?? groups[3] ?? '').trim();
  const isAddress = groups[1] === '6' || /resolve|bad address/.test(text);
  const isMissing = /\b404\b/.test(text);
  return {
    message: `A download failed${at(context)}: ${groups[0].trim()}`.replace(/\.?$/, '.'),
    remedy: isAddress
      ? 'Check the host name in the URL and that the machine can reach the internet.'
      : isMissing
        ? 'The release has no asset of that name: correct the version or the asset name in the URL.'
        : 'Open the URL of that step in a browser to see what it answers; correct it or try again later.',
  };
}

function at({ instruction }: FailureContext): string {
  return instruction === undefined ? '' : ` (in "${instruction}")`;
}
