import { parseArgs } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { lintProject } from '../core/lint/lintProject.ts';
import { formatJson } from './formatJson.ts';
import { formatSarif } from './formatSarif.ts';
import { formatText } from './formatText.ts';
import { LintReport, type ReadProject } from './LintReport.ts';

/** What the command line needs from the process. */
export interface CliHost {
  readonly readProject: ReadProject;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly useColour: boolean;
}

/** 0: clean, 1: findings, 2: could not run. */
export type ExitCode = 0 | 1 | 2;

export function runCli(args: readonly string[], host: CliHost): ExitCode {
  const [command, ...rest] = args;
  if (command === '--version' || command === '-v') {
    host.write(`${manifest.version}\n`);
    return 0;
  }
  if (command === '--help' || command === '-h' || command === 'help') {
    host.write(usage);
    return 0;
  }
  if (command === 'lint') return lint(rest, host);
  host.writeError(command === undefined ? usage : `openclaw-vm: there is no command "${command}".\n\n${usage}`);
  return 2;
}

const usage = `openclaw-vm: checks for OpenClaw Gateway images and compose projects

  openclaw-vm lint [--format text|json|sarif] PATH…

    Finds what will be lost when a container is recreated, in files and in folders with all
    projects inside. A file is checked together with the files around it.

    --format text    for people (the default)
    --format json    an array of findings, lines and columns from 1
    --format sarif   SARIF 2.1.0, for code scanning

  openclaw-vm --help | --version

Exit code: 0 nothing found, 1 findings, 2 could not run.
`;

const formats = {
  text: formatText,
  json: formatJson,
  sarif: formatSarif,
} as const;

function lint(args: readonly string[], host: CliHost): ExitCode {
  const options = readOptions(args);
  if ('help' in options) {
    host.write(usage);
    return 0;
  }
  if ('mistake' in options) {
    host.writeError(`openclaw-vm lint: ${options.mistake}\nTry "openclaw-vm --help".\n`);
    return 2;
  }
  const report = new LintReport();
  let failed = false;
  for (const path of options.paths) {
    const result = host.readProject(path);
    if (!result.ok) {
      failed = true;
      host.writeError(`openclaw-vm: ${result.reason}\n`);
      continue;
    }
    for (const note of result.notes) host.writeError(`openclaw-vm: ${note}\n`);
    report.add(result, lintProject(result.project));
  }
  // "Nothing found" would be a lie where nothing could be read.
  const isEmpty = failed && report.checkedFiles === 0 && options.format === 'text';
  if (!isEmpty) host.write(formats[options.format](report, { version: manifest.version, useColour: host.useColour }));
  if (failed) return 2;
  return report.findings.length > 0 ? 1 : 0;
}

type Options =
  | { readonly format: keyof typeof formats; readonly paths: readonly string[] }
  | { readonly mistake: string }
  | { readonly help: true };

function readOptions(args: readonly string[]): Options {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { format: { type: 'string', short: 'f', default: 'text' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help === true) return { help: true };
    const { format } = values;
    if (format !== 'text' && format !== 'json' && format !== 'sarif') {
      return { mistake: `"${format}" is not a format: use text, json or sarif.` };
    }
    if (positionals.length === 0) return { mistake: 'name the files or folders to check.' };
    return { format, paths: positionals };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}
