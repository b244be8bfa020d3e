import { parseArgs } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import type { ReadProjectResult } from '../application/ports/ReadProject.ts';
import type { WantedFixes } from '../core/lint/lintParts.ts';
import { lintProject } from '../core/lint/lintProject.ts';
import type { Problem } from '../core/lint/Problem.ts';
import { fixProject } from './fixProject.ts';
import { formatJson } from './formatJson.ts';
import { formatSarif } from './formatSarif.ts';
import { formatText } from './formatText.ts';
import { LintReport } from './LintReport.ts';
import type { CliHost, ExitCode } from './runCli.ts';

const formats = {
  text: formatText,
  json: formatJson,
  sarif: formatSarif,
} as const;

/** `openclaw-vm lint`: checks files and folders, and with `--fix` changes them. */
export function lintCommand(args: readonly string[], host: CliHost, usage: string): ExitCode | Promise<ExitCode> {
  const options = readOptions(args);
  if ('help' in options) {
    host.write(usage);
    return 0;
  }
  if ('mistake' in options) {
    host.writeError(`openclaw-vm lint: ${options.mistake}\nTry "openclaw-vm --help".\n`);
    return 2;
  }
  // What one path's fixes have changed is read for the next one.
  if (options.fix !== undefined) return lintAll(options, (path) => host.readProject(path), host);
  const reads = new Map(options.paths.map((path) => [path, host.readProject(path, true)]));
  const read = (path: string): ReadProjectResult => reads.get(path) ?? host.readProject(path);
  if ([...reads.values()].every((result) => !result.ok || result.parts === undefined))
    return lintAll(options, read, host);
  return lintParts(reads, options.format === 'text' ? 'titles' : 'all', host).then((known) =>
    lintAll(options, read, host, known),
  );
}

/** Of the large projects their problems; those that have no parts are read as a whole. */
async function lintParts(
  reads: Map<string, ReadProjectResult>,
  fixes: WantedFixes,
  host: CliHost,
): Promise<ReadonlyMap<string, readonly Problem[]>> {
  const known = new Map<string, readonly Problem[]>();
  for (const [path, result] of reads) {
    if (!result.ok || result.parts === undefined) continue;
    const problems = await host.lintParts(result.parts, fixes);
    if (problems === undefined) reads.set(path, host.readProject(path));
    else known.set(path, problems);
  }
  return known;
}

function lintAll(
  options: Wanted,
  read: (path: string) => ReadProjectResult,
  host: CliHost,
  known?: ReadonlyMap<string, readonly Problem[]>,
): ExitCode {
  const report = new LintReport();
  let failed = false;
  // Two paths may lead to one file; what is only shown is not yet in it.
  const shown = new Set<string>();
  for (const path of options.paths) {
    const result = read(path);
    if (!result.ok) {
      failed = true;
      host.writeError(`openclaw-vm: ${result.reason}\n`);
      continue;
    }
    for (const note of result.notes) host.writeError(`openclaw-vm: ${note}\n`);
    if (options.fix === undefined) {
      report.add(result, known?.get(path) ?? lintProject(result.project));
      continue;
    }
    const fixed = fixProject(result, options.fix, host, shown);
    failed ||= !fixed.ok;
    report.add(fixed.read, fixed.problems);
  }
  // "Nothing found" would be a lie where nothing could be read.
  const isEmpty = failed && report.checkedFiles === 0 && options.format === 'text';
  const isDiff = options.fix === 'show';
  if (!isEmpty && !isDiff)
    host.write(formats[options.format](report, { version: manifest.version, useColour: host.useColour }));
  if (failed) return 2;
  return report.findings.length > 0 ? 1 : 0;
}

interface Wanted {
  readonly format: keyof typeof formats;
  readonly fix: 'write' | 'show' | undefined;
  readonly paths: readonly string[];
}

type Options = Wanted | { readonly mistake: string } | { readonly help: true };

function readOptions(args: readonly string[]): Options {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        format: { type: 'string', short: 'f' },
        fix: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
    if (values.help === true) return { help: true };
    const { format = 'text', fix = false, 'dry-run': isDryRun = false } = values;
    if (format !== 'text' && format !== 'json' && format !== 'sarif') {
      return { mistake: `"${format}" is not a format: use text, json or sarif.` };
    }
    if (isDryRun && !fix) return { mistake: '--dry-run shows what --fix would change: use both.' };
    if (isDryRun && format !== 'text') return { mistake: '--dry-run prints a diff: use it without --format.' };
    if (positionals.length === 0) return { mistake: 'name the files or folders to check.' };
    return { format, fix: fix ? (isDryRun ? 'show' : 'write') : undefined, paths: positionals };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}
