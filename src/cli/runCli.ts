import manifest from '../../package.json' with { type: 'json' };
import type { MachineConnector } from '../application/ports/MachineConnector.ts';
import type { ReadProject } from '../application/ports/ReadProject.ts';
import type { ProjectParts, WantedFixes } from '../core/lint/lintParts.ts';
import type { Problem } from '../core/lint/Problem.ts';
import type { SshRoute } from '../core/vm/resolveSshRoute.ts';
import { bakeCommand } from './bakeCommand.ts';
import { lintCommand } from './lintCommand.ts';
import { statusCommand } from './statusCommand.ts';

/** What the command line needs from the process. */
export interface CliHost {
  readonly readProject: ReadProject;
  /** Lints the parts of a project at once; `undefined`: they are none, and it has to be linted as a whole. */
  readonly lintParts: (parts: ProjectParts, fixes: WantedFixes) => Promise<readonly Problem[] | undefined>;
  /** Writes a file that still holds the text `before`, as a whole or not at all. `undefined`: a new file. */
  readonly replaceText: (
    path: string,
    before: string | undefined,
    after: string,
  ) => { readonly ok: true } | { readonly ok: false; readonly reason: string };
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly useColour: boolean;
  /** Loads what reaches machines. */
  readonly machines: () => Promise<CliMachines>;
}

export interface CliMachines {
  readonly connector: MachineConnector;
  /** The hosts of the person's SSH config that have a name. */
  readonly sshConfigHosts: readonly SshRoute[];
}

/** 0: clean, 1: findings (after `--fix`: that remain), or a change that `bake --dry-run` shows; 2: could not run, or not write. */
export type ExitCode = 0 | 1 | 2;

export function runCli(args: readonly string[], host: CliHost): ExitCode | Promise<ExitCode> {
  const [command, ...rest] = args;
  if (command === '--version' || command === '-v') {
    host.write(`${manifest.version}\n`);
    return 0;
  }
  if (command === '--help' || command === '-h' || command === 'help') {
    host.write(usage);
    return 0;
  }
  if (command === 'lint') return lintCommand(rest, host, usage);
  if (command === 'status') return statusCommand(rest, host, usage);
  if (command === 'bake') return bakeCommand(rest, host, usage);
  host.writeError(command === undefined ? usage : `openclaw-vm: there is no command "${command}".\n\n${usage}`);
  return 2;
}

const usage = `openclaw-vm: checks for OpenClaw Gateway images and compose projects

  openclaw-vm lint [--format text|json|sarif] [--fix [--dry-run]] PATH…

    Finds what will be lost when a container is recreated, in files and in folders with all
    projects inside. A file is checked together with the files around it.

    --format text    for people (the default)
    --format json    an array of findings, lines and columns from 1
    --format sarif   SARIF 2.1.0, for code scanning
    --fix            applies the preferred fix of each finding, then reports what remains
    --fix --dry-run  changes nothing and prints the fixes as a diff, for git apply or patch -p1

  openclaw-vm bake [--dockerfile FILE] [--dry-run] BINARY…

    Puts the stanzas of binaries such as gog into the Dockerfile, in the stage that compose
    builds, or brings them up to date. All of them, or none.

    --dockerfile FILE  default: the one of the gateway's image below this folder
    --dry-run          changes nothing and prints the change as a diff

  openclaw-vm status [--format text|json] [TARGET…]

    What runs on machines: compose projects, services and containers with state and health.
    TARGET is user@host[:port], a host of your SSH config, context:NAME (a Docker context), or
    local (the default). Keys come from your SSH config, the SSH agent and the default key
    files; nothing is asked for, and a host key that known_hosts does not know is refused.

  openclaw-vm --help | --version

Exit code: 0 nothing found, 1 findings, 2 could not run. With --fix the findings that remain count.
status: 0 all is well, 1 a machine was not reached or a container needs attention.
bake: 0 done, 1 --dry-run would change the file, 2 not possible.
`;
