import { commandOf } from '../dockerfile/commandOf.ts';
import { expandVariables } from '../dockerfile/expandVariables.ts';
import { stageStates } from '../dockerfile/stageStates.ts';
import { stagesOf } from '../dockerfile/stages.ts';
import type { ShellCommand } from '../shell/ShellScript.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';
import { asDownload, type Download, downloadPrograms } from './downloadInstalls.ts';
import { RunFilter } from './RunFilter.ts';
import { type RunScript, runScripts } from './runScripts.ts';

/** An address that a Dockerfile fetches from: a word of a curl or wget command in a RUN, or of an ADD. */
export interface DownloadSite {
  readonly path: string;
  /** With the variables that are known put in. */
  readonly url: string;
  readonly range: TextRange;
  /** Absent for ADD. */
  readonly run?: { readonly script: RunScript; readonly command: ShellCommand; readonly download: Download };
}

/** What runs in the RUNs that may download something. */
export function downloadRuns(model: ProjectModel): readonly RunScript[] {
  return model.remember(findRuns);
}

function findRuns(model: ProjectModel): readonly RunScript[] {
  return runScripts(model, mayDownload.covers);
}

const mayDownload = new RunFilter(downloadPrograms);

export function downloadSites(model: ProjectModel): readonly DownloadSite[] {
  return model.remember(findSites);
}

function findSites(model: ProjectModel): readonly DownloadSite[] {
  // The text of `sh -c "$(curl …)"` is seen as a word and as a script.
  const sites = new Map<string, DownloadSite>();
  for (const site of [...runSites(model), ...addSites(model)]) {
    const key = `${site.path}:${site.range.start}`;
    if (!sites.has(key)) sites.set(key, site);
  }
  return [...sites.values()];
}

function runSites(model: ProjectModel): readonly DownloadSite[] {
  return downloadRuns(model).flatMap((script) =>
    script.commands.flatMap((command) => {
      const download = asDownload(command);
      if (download === undefined) return [];
      return download.urls
        .filter((word) => isUrl(word.value))
        .map((word) => ({ path: script.path, url: word.value, range: word.range, run: { script, command, download } }));
    }),
  );
}

function addSites(model: ProjectModel): readonly DownloadSite[] {
  return model.dockerfiles.flatMap(({ path, dockerfile }) =>
    stagesOf(dockerfile).flatMap((stage) =>
      stage.instructions.flatMap((instruction, index) => {
        if (instruction.keyword !== 'ADD') return [];
        const command = commandOf(instruction);
        const words = command?.form === 'exec' ? command.argv : instruction.words;
        const variables = stageStates(stage)[index]?.variables;
        return words
          .slice(0, -1)
          .map(({ value, range }) => ({ path, url: expandVariables(value, (name) => variables?.get(name)), range }))
          .filter(({ url }) => isUrl(url));
      }),
    ),
  );
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
