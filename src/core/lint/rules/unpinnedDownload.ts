import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import type { Instruction } from '../../dockerfile/Instruction.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { ProjectModel } from '../../workspace/ProjectModel.ts';
import { startedScripts } from '../../workspace/start/startedScripts.ts';
import { type BuildStage, buildStages } from '../buildStages.ts';
import { asDownload, readsProgram } from '../downloadInstalls.ts';
import { type DownloadSite, downloadSites } from '../downloadSites.ts';
import { pinPackageFixes, unpinnedDownloadFixes } from '../fixes/unpinnedDownloadFixes.ts';
import { installCommands } from '../installCommands.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import { type RunScript, runsOfStage } from '../runScripts.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** What "latest" is changes under you: the same Dockerfile builds different images, and one day one that does not work. */
export const unpinnedDownload: Rule = {
  id: 'unpinned-download',
  summary: 'Download a version, not "latest"',
  why:
    'The same Dockerfile builds another image tomorrow. When the new release has another asset name, another command line or a fault, the next ' +
    'rebuild on the VM breaks, with nothing changed in the project and no way to the image of yesterday.',
  severity: 'information',
  noFix: 'for what is not in the catalog of binaries: which of its versions you want only you know.',
  check: (project) =>
    uniqueFindings([
      ...startSites(project).flatMap((site) => siteFinding(site, project.catalog)),
      ...latestPackages(project),
    ]),
  checkStage: (place, catalog) => downloadSites(place).flatMap((site) => site.rememberFor(catalog, siteFinding)),
  bad: {
    Dockerfile:
      'FROM node:24-bookworm\nRUN curl -fsSL https://github.com/o/r/releases/latest/download/tool.tar.gz -o /tmp/t.tgz && tar -xzf /tmp/t.tgz -C /usr/local/bin\n',
  },
  good: {
    Dockerfile:
      'FROM node:24-bookworm\nRUN curl -fsSL https://github.com/o/r/releases/download/v1.2.3/tool.tar.gz -o /tmp/t.tgz && tar -xzf /tmp/t.tgz -C /usr/local/bin\n',
  },
};

const shells = /^(?:sh|bash|dash|ash|zsh|ksh)$/;

type Site = Pick<DownloadSite, 'path' | 'url' | 'range'> & {
  readonly run?: { readonly command: ShellCommand; readonly script?: RunScript };
};

function siteFinding(site: Site, catalog: BinaryCatalog): readonly Finding[] {
  const message = messageOf(site);
  if (message === undefined) return [];
  const { path, range } = site;
  return [{ path, range, message, fixes: (): readonly Fix[] => unpinnedDownloadFixes(site, catalog) }];
}

function messageOf({ url, run }: Site): string | undefined {
  if (/\/releases\/latest\/download\//.test(url))
    return 'This fetches whatever the latest release is when the image is built: the next rebuild may differ, or fail.';
  if (isBranch(url))
    return 'This fetches from a branch: what it holds changes, and the next rebuild may differ, or fail.';
  const runner = run === undefined ? undefined : runnerOf(run.command);
  return runner !== undefined && !hasVersion(url, runner)
    ? 'This runs whatever installer is at the address when the image is built, and it installs whatever is the latest version.'
    : undefined;
}

const branch = '(?:refs/heads/[^/]+|main|master|HEAD|develop|dev|trunk|next)';
const branchAddresses = [
  `^https?://raw\\.githubusercontent\\.com/[^/]+/[^/]+/${branch}/`,
  `^https?://(?:www\\.)?github\\.com/[^/]+/[^/]+/(?:raw|blob)/${branch}/`,
  `^https?://(?:www\\.)?github\\.com/[^/]+/[^/]+/archive/${branch}\\.(?:zip|tar\\.gz)`,
  `^https?://codeload\\.github\\.com/[^/]+/[^/]+/(?:zip|tar\\.gz)/${branch}$`,
  `^https?://[^/]*gitlab[^/]*/.+/-/(?:raw|archive)/${branch}/`,
  `^https?://cdn\\.jsdelivr\\.net/gh/[^/]+/[^/]+@${branch}/`,
].map((pattern) => new RegExp(pattern));

/** A file, or an archive, of a branch on GitHub or GitLab. */
function isBranch(url: string): boolean {
  return /git(?:hub|lab)|jsdelivr/.test(url) && branchAddresses.some((pattern) => pattern.test(url));
}

/** The shell that runs what is fetched: at the end of the pipe, or around the substitution. */
function runnerOf(command: ShellCommand): ShellCommand | undefined {
  const reader = command.pipeline?.parts.at(-1)?.at(-1);
  if (reader !== undefined && reader !== command && shells.test(unwrapCommand(reader.words).name))
    return readsProgram(reader) ? reader : undefined;
  const outer = command.substitutionOf;
  return outer !== undefined && shells.test(unwrapCommand(outer.words).name) ? outer : undefined;
}

/** It installs nothing itself: the package manager is asked for a version after it. */
const repositorySetUp = /nodesource\.com|packagecloud\.io|\/(?:script|setup)\.(?:deb|rpm)\.sh$/;

/** A number with a dot in the address, or a version among the arguments or variables of the shell. */
function hasVersion(url: string, runner: ShellCommand): boolean {
  const pathPart = url.replace(/^https?:\/\/[^/]*/, '');
  if (repositorySetUp.test(url)) return true;
  if (/\d+\.(?:\d|x)|[/_@-]v?\d+(?:[/_.-]|$)|\$/.test(pathPart)) return true;
  if (runner.assignments.some(({ name }) => /VERSION|TAG|RELEASE/i.test(name))) return true;
  const { argv } = unwrapCommand(runner.words);
  const own = runner.words.slice(0, runner.words.length - argv.length);
  if (own.some(({ value }) => /VERSION=|TAG=/i.test(value))) return true;
  return argv.slice(1).some(({ value }) => /\d+\.\d|\$\{?\w*VERSION/i.test(value) || /^v?\d+$/.test(value));
}

/** What the containers fetch when they start changes with each of their starts. */
function startSites(project: ProjectModel): readonly Site[] {
  return startedScripts(project).flatMap(({ path, commands }) =>
    commands.flatMap((command) =>
      (asDownload(command)?.urls ?? [])
        .filter(({ value }) => /^https?:/.test(value))
        .map(({ value, range }) => ({ path, url: value, range, run: { command } })),
    ),
  );
}

function latestPackages(project: ProjectModel): readonly Finding[] {
  return [
    ...buildStages(project)
      .flatMap((place) => place.remember(latestScripts))
      .flatMap(({ path, commands, instruction }) => latestIn(project, path, commands, instruction)),
    ...startedScripts(project).flatMap(({ path, commands }) => latestIn(project, path, commands)),
  ];
}

/** It is looked for as it is written. */
function latestScripts({ stage, path }: BuildStage): readonly RunScript[] {
  return runsOfStage(stage)
    .filter(({ instruction }) => instruction.text.includes(latestTag))
    .flatMap((run) => run.scriptsAt(path));
}

const latestTag = '@latest';

/** One finding for each command, however many packages it names. */
function latestIn(
  project: ProjectModel,
  path: string,
  commands: readonly ShellCommand[],
  instruction?: Instruction,
): readonly Finding[] {
  return installCommands(commands).flatMap((install) => {
    // The default of a variable is there to be replaced.
    const text = project.read(path) ?? '';
    const latest = install.command.words.find(
      ({ value, range }) => /^[^-].*[^/]@latest$/.test(value) && text.slice(range.start, range.end).includes(latestTag),
    );
    if (latest === undefined) return [];
    const message = `"${latest.value}" is another version tomorrow: the next rebuild may differ, or fail.`;
    // Of the rules about versions only the one for Go counts "latest" as none.
    const isGo = install.tool === 'go' && instruction !== undefined;
    const peers = isGo ? { peers: { ids: ['DL3062'], range: instruction.range } } : {};
    const fixes = (): readonly Fix[] => pinPackageFixes(path, text, install.command.words, project.catalog);
    return [{ path, range: latest.range, message, fixes, ...peers }];
  });
}
