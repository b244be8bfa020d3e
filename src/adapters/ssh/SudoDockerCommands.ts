import type { CommandRunner, RunningCommand, RunOptions } from '../../application/ports/CommandRunner.ts';

/** Runs `docker` through `sudo -n`, for users who may use Docker only so; everything else as it is. */
export class SudoDockerCommands implements CommandRunner {
  readonly #commands: CommandRunner;

  constructor(commands: CommandRunner) {
    this.#commands = commands;
  }

  run(argv: readonly string[], options: RunOptions = {}): RunningCommand {
    if (argv[0] !== 'docker') return this.#commands.run(argv, options);
    // sudo forgets the environment; assignments before the program are what it takes instead.
    const assignments = Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`);
    return this.#commands.run(['sudo', '-n', ...assignments, ...argv], options);
  }
}
