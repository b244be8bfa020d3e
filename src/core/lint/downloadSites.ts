import { commandOf } from '../dockerfile/commandOf.ts';
import { expandVariables } from '../dockerfile/expandVariables.ts';
import type { Instruction } from '../dockerfile/Instruction.ts';
import { stageStates } from '../dockerfile/stageStates.ts';
import type { Stage } from '../dockerfile/stages.ts';
import type { ShellCommand } from '../shell/ShellScript.ts';
import { Remembering } from '../text/Remembering.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { BuildStage } from './buildStages.ts';
import { asDownload, type Download, downloadPrograms } from './downloadInstalls.ts';
import { RunFilter } from './RunFilter.ts';
import { type RunInstruction, type RunScript, runsOfStage } from './runScripts.ts';

/**
 * An address that a Dockerfile fetches from: a word of a curl or wget command in a RUN, or of an ADD. The same object at least as long as
 * nothing changes in its stage and those below it; what is remembered of it depends on it alone.
 */
export class DownloadSite extends Remembering {
  readonly path: string;
  readonly instruction: Instruction;
  /** With the variables that are known put in. */
  readonly url: string;
  readonly range: TextRange;
  /** Absent for ADD. */
  readonly run?: { readonly script: RunScript; readonly command: ShellCommand; readonly download: Download };

  constructor({ path, instruction, url, range, run }: Omit<DownloadSite, keyof Remembering>) {
    super();
    this.path = path;
    this.instruction = instruction;
    this.url = url;
    this.range = range;
    if (run !== undefined) this.run = run;
  }
}

/** What runs in the RUNs of a stage that may download something. */
export function downloadRuns(place: BuildStage): readonly RunScript[] {
  return place.remember(findDownloads).scripts;
}

/** The addresses that a stage fetches from. */
export function downloadSites(place: BuildStage): readonly DownloadSite[] {
  return place.remember(findSites);
}

function findDownloads({ stage, path }: BuildStage): {
  readonly runs: readonly RunInstruction[];
  readonly scripts: readonly RunScript[];
} {
  const runs = runsOfStage(stage).filter(mayDownload.covers);
  return { runs, scripts: runs.flatMap((run) => run.scriptsAt(path)) };
}

const mayDownload = new RunFilter(downloadPrograms);

function findSites(place: BuildStage): readonly DownloadSite[] {
  const { stage, path } = place;
  const { runs } = place.remember(findDownloads);
  return [...runs.flatMap((run) => run.rememberFor(path, runSites)), ...addSites(stage, path)];
}

function runSites(run: RunInstruction, path: string): readonly DownloadSite[] {
  // The text of `sh -c "$(curl …)"` is seen as a word and as a script.
  const sites = new Map<number, DownloadSite>();
  const { instruction } = run;
  for (const script of run.scriptsAt(path)) {
    for (const command of script.commands) {
      const download = asDownload(command);
      if (download === undefined) continue;
      for (const { value: url, range } of download.urls) {
        if (!isUrl(url) || sites.has(range.start)) continue;
        sites.set(range.start, new DownloadSite({ path, instruction, url, range, run: { script, command, download } }));
      }
    }
  }
  return [...sites.values()];
}

function addSites(stage: Stage, path: string): readonly DownloadSite[] {
  const sites: DownloadSite[] = [];
  for (const [index, instruction] of stage.instructions.entries()) {
    if (instruction.keyword !== 'ADD') continue;
    const command = commandOf(instruction);
    const words = command?.form === 'exec' ? command.argv : instruction.words;
    const variables = stageStates(stage)[index]?.variables;
    for (const { value, range } of words.slice(0, -1)) {
      const url = expandVariables(value, (name) => variables?.get(name));
      if (isUrl(url)) sites.push(new DownloadSite({ path, instruction, url, range }));
    }
  }
  return sites;
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
