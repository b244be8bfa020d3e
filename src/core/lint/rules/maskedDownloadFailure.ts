import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import { failureFlow } from '../../shell/failureFlow.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import { baseName } from '../../workspace/paths.ts';
import type { BuildStage } from '../buildStages.ts';
import { asDownload, becomesProgram, commandsAfter, type Download, readsProgram } from '../downloadInstalls.ts';
import { downloadRuns } from '../downloadSites.ts';
import type { DownloadMask } from '../fixes/failLoudly.ts';
import { maskedDownloadFailureFixes } from '../fixes/maskedDownloadFailureFixes.ts';
import type { Finding, Rule } from '../Rule.ts';
import { RunFilter } from '../RunFilter.ts';
import { type RunScript, type RunText, runsOfStage } from '../runScripts.ts';

/** A download that fails must fail the build: else the image holds an empty file, or an error page, under the binary's name. */
export const maskedDownloadFailure: Rule = {
  id: 'masked-download-failure',
  summary: 'Let a failed download fail the build',
  why:
    'A release that is gone, a renamed asset or a lost connection leaves a green build and an image whose binary is an empty file or an error page: ' +
    '`which` finds it, and the skill fails on the VM.',
  severity: 'warning',
  noFix: 'in JSON forms that run no shell, and where the failure is handled by code of your own.',
  check: () => [],
  checkStage: findingsOf,
  bad: {
    Dockerfile:
      'FROM node:24-bookworm\nRUN curl -L https://example.com/gog.tar.gz | tar -xzO gog > /usr/local/bin/gog; chmod +x /usr/local/bin/gog\n',
  },
  good: {
    Dockerfile:
      'FROM node:24-bookworm\nRUN set -eu; curl -fsSL -o /tmp/gog.tar.gz https://example.com/gog.tar.gz; tar -xzf /tmp/gog.tar.gz -C /usr/local/bin gog; rm /tmp/gog.tar.gz\n',
  },
};

/** What a download brought is probed soon after it. */
const maxRunsAfter = 4;

function findingsOf(place: BuildStage, catalog: BinaryCatalog): readonly Finding[] {
  const findings: Finding[] = [];
  for (const run of downloadRuns(place)) {
    for (const { command, finding } of run.rememberFor(catalog, findingsIn))
      if (!isProbedAfter(run, command)) findings.push(finding);
  }
  return findings;
}

function findingsIn(run: RunScript, catalog: BinaryCatalog): readonly MaskedFinding[] {
  return run.text.remember(maskedIn).map(({ range, message, command, isPipe }) => ({
    command,
    finding: {
      path: run.path,
      range,
      message,
      ...(isPipe ? { peers: { ids: ['DL4006'], range: run.instruction.range } } : {}),
      fixes: () => maskedDownloadFailureFixes(run, command, catalog, maskOf),
    },
  }));
}

interface MaskedFinding {
  readonly command: ShellCommand;
  readonly finding: Finding;
}

function maskedIn(run: RunText): readonly Masked[] {
  const found: Masked[] = [];
  for (const command of run.commands) {
    const masked = maskedBy(run, command);
    if (masked !== undefined) found.push(masked);
  }
  return found;
}

interface Masked extends Pick<Finding, 'range' | 'message'> {
  readonly command: ShellCommand;
  /** It is the pipe alone that hides the failure. */
  readonly isPipe: boolean;
}

function maskedBy(run: RunText, command: ShellCommand): Masked | undefined {
  const download = asDownload(command);
  if (download === undefined || command.substitutionOf !== undefined || !keepsSomething(command, download))
    return undefined;
  const reason = maskReason(run, command, download);
  if (reason === undefined || isUsedIn(run, command)) return undefined;
  const message = `${reason.text} Then the build stays green without what it should have fetched.`;
  return { range: command.pipeline?.range ?? command.range, message, command, isPipe: reason.mask === 'pipe' };
}

interface Reason {
  readonly mask: DownloadMask;
  readonly text: string;
}

function maskOf(run: Run, command: ShellCommand): DownloadMask | undefined {
  const download = asDownload(command);
  return download === undefined ? undefined : maskReason(run, command, download)?.mask;
}

type Run = Pick<RunText, 'script' | 'commands' | 'options'>;

const unpackers = /^(?:tar|bsdtar|unzip|gunzip|zcat|gzip|bunzip2|xz|unxz|zstd|cpio)$/;

/** It writes a file, or something downstream does. */
function keepsSomething(command: ShellCommand, download: Download): boolean {
  if (download.urls.length === 0 || download.output === '/dev/null') return false;
  if (download.output !== undefined) return true;
  return (command.pipeline?.parts ?? [])
    .slice(1)
    .flat()
    .some((part) => readsProgram(part) || unpackers.test(unwrapCommand(part.words).name));
}

function maskReason(run: Run, command: ShellCommand, download: Download): Reason | undefined {
  const flow = failureFlow(run.script, command.range, run.options);
  if (flow === undefined) return undefined;
  let { mask } = flow;
  if (mask === 'pipe') {
    const last = command.pipeline?.parts.at(-1)?.at(-1);
    const { name } = unwrapCommand(last?.words ?? []);
    if (last !== undefined && readsProgram(last))
      return {
        mask,
        text: `Only the last program of a pipe counts: when ${download.tool} fails, ${name} runs an empty script and succeeds.`,
      };
    // An unpacker fails on empty input: what happens to its failure decides.
    mask =
      last !== undefined && unpackers.test(name) ? failureFlow(run.script, last.range, run.options)?.mask : undefined;
  }
  if (mask === 'alternative') return { mask, text: 'What stands behind "||" hides a failed download.' };
  if (mask === 'sequence' && !isCheckedLater(run, command, download)) {
    return {
      mask,
      text: 'The next command runs even when the download has failed, and its result is the one that counts.',
    };
  }
  if (
    acceptsErrorPages(command, download) &&
    becomesProgram(command, run.commands) &&
    !isCheckedLater(run, command, download)
  ) {
    return { mask: 'page', text: 'Without --fail curl saves an error page (404) as the file and reports success.' };
  }
  return undefined;
}

function acceptsErrorPages(command: ShellCommand, download: Download): boolean {
  if (download.tool !== 'curl' || download.output === undefined) return false;
  return !unwrapCommand(command.words).argv.some(({ value }) =>
    /^(?:--fail(?:-with-body|-early)?|-[a-zA-Z#]*f[a-zA-Z#]*)$/.test(value),
  );
}

const verifiers =
  /^(?:sha\d+sum|shasum|md5sum|b2sum|gpg|gpgv|cosign|minisign|test|\[|\[\[|dpkg|apt-get|apt|rpm|dnf|yum|apk|file)$/;

/** A later command that fails without the right file: an unpacker, a package manager, a checksum, the program itself. */
function isCheckedLater(run: Run, command: ShellCommand, download: Download): boolean {
  const output = download.output;
  if (output === undefined) return false;
  const name = baseName(output);
  // curl --fail and wget without -O leave no file: whatever needs the file fails.
  const leavesFile = acceptsErrorPages(command, download) || command.redirects.length > 0 || download.tool === 'wget';
  const checks = (other: ShellCommand): boolean => {
    const { argv, name: program, script } = unwrapCommand(other.words);
    const mentions = argv.some((word, index) => index > 0 && word.value.includes(name));
    if (script !== undefined) return baseName(script.value) === name;
    if (baseName(argv[0]?.value ?? '') === name && argv.length > 0) return true;
    if (!mentions) return /^sha\d+sum$/.test(program) && other.pipeline !== undefined;
    return (
      verifiers.test(program) || unpackers.test(program) || (!leavesFile && /^(?:mv|cp|install|chmod)$/.test(program))
    );
  };
  return commandsAfter(command, run.commands).some((other) => checks(other) && fails(run, other));
}

/** Words of addresses that say nothing about what is fetched. */
const generic = new Set(
  'http https www com org net io dev sh ai app raw git github githubusercontent gitlab content main master head install installer get download downloads releases release latest linux bin scripts script setup bash curl wget'.split(
    ' ',
  ),
);

/** What the program that a command fetches may be called. */
function programNames(command: ShellCommand): readonly string[] {
  const download = asDownload(command);
  if (download === undefined) return [];
  return download.urls
    .flatMap(({ value }) => value.toLowerCase().split(/[^a-z0-9]+/))
    .concat(baseName(download.output ?? '').toLowerCase())
    .filter((name) => name.length > 1 && !generic.has(name) && !/^v?\d+$/.test(name));
}

const homeProgram = /^(?:\/root|\/home\/[^/]+|~|\$\{?HOME\}?)\/.*bin\/[^/]+$/;

/** It runs later in the same RUN, under a name that the address has or from a folder in somebody's home: that would fail. */
function isUsedIn(run: RunText, command: ShellCommand): boolean {
  return commandsAfter(command, run.commands).some((other) => {
    if (command.pipeline !== undefined && other.pipeline === command.pipeline) return false;
    const program = unwrapCommand(other.words).argv[0]?.value ?? '';
    const isHome = program.includes('bin/') && homeProgram.test(program);
    return (isHome || isNamed(program, command)) && fails(run, other);
  });
}

/** What runs next, in the same stage, asks it for its version: that would fail without it. */
function isProbedAfter({ run, text }: RunScript, command: ShellCommand): boolean {
  const { texts, stage, index } = run;
  if (texts.slice(texts.indexOf(text) + 1).some((next) => isProbedIn(next, command))) return true;
  return runsOfStage(stage)
    .slice(index + 1, index + 1 + maxRunsAfter)
    .some((next) => mayProbe.covers(next) && next.texts.some((other) => isProbedIn(other, command)));
}

function isProbedIn(text: RunText, fetching: ShellCommand): boolean {
  return text.commands
    .slice(0, maxCommands)
    .some(
      ({ words, range }) =>
        words.some(({ value }) => probes.includes(value)) &&
        isNamed(unwrapCommand(words).argv[0]?.value ?? '', fetching) &&
        fails(text, { range }),
    );
}

const probes: readonly string[] = ['--version', '-v', '-V', 'version'];
const mayProbe = new RunFilter(probes);

const maxCommands = 40;

function isNamed(program: string, fetching: ShellCommand): boolean {
  const name = baseName(program).toLowerCase();
  return fetching.remember(programNames).some((part) => name === part || (part.length > 2 && name.startsWith(part)));
}

function fails(run: Run, { range }: Pick<ShellCommand, 'range'>): boolean {
  return failureFlow(run.script, range, run.options)?.mask === undefined;
}
