import type { ShellCommand } from '../shell/ShellScript.ts';
import type { ShellWord } from '../shell/ShellWord.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import { baseName } from '../workspace/paths.ts';
import type { StartedScript } from '../workspace/start/StartedScript.ts';

/** A command that runs the gateway. */
export interface GatewayCommand {
  readonly command: ShellCommand;
  /** What stands behind `gateway`. */
  readonly options: readonly ShellWord[];
}

/** The commands that run the gateway, under any of its names and by way of node, npx and the like. */
export function gatewayCommands(commands: readonly ShellCommand[]): readonly GatewayCommand[] {
  return commands.flatMap((command) => {
    const options = gatewayOptions(unwrapCommand(command.words).argv);
    return options === undefined ? [] : [{ command, options }];
  });
}

/** The value of an option in both its forms, `--bind lan` and `--bind=lan`. */
export function optionValue(options: readonly ShellWord[], name: string): ShellWord | undefined {
  for (const [index, word] of options.entries()) {
    if (word.value === name) return options[index + 1];
    if (word.value.startsWith(`${name}=`)) return word;
  }
  return undefined;
}

/** The file that an option stands in: an ENTRYPOINT of the image runs with the arguments that compose gives it. */
export function pathOfWord({ path, service }: StartedScript, { range, value }: ShellWord): string {
  const isArgument = service?.service.command?.words.some(
    (word) => word.range.start === range.start && word.range.end === range.end && word.value === value,
  );
  return service !== undefined && isArgument === true ? service.path : path;
}

const product = /^(?:openclaw|clawdbot|moltbot)(?:\.mjs)?$/;
const launchers = /^(?:node|npx|bunx|bun|pnpm|yarn|npm|tsx)$/;

function gatewayOptions(argv: readonly ShellWord[]): readonly ShellWord[] | undefined {
  const program = baseName(argv[0]?.value ?? '');
  const at = argv.findIndex((word) => word.value === 'gateway');
  if (at === -1) return undefined;
  // Compose's `command: ["gateway"]` leaves the program to the image's entrypoint.
  if (at === 0) return argv.slice(1);
  const before = argv.slice(0, at).map(({ value }) => baseName(value).replace(/@.*$/, ''));
  const runs =
    product.test(program) ||
    (launchers.test(program) && before.some((word) => product.test(word) || /^(?:index|entry)\.m?js$/.test(word)));
  const next = argv[at + 1]?.value ?? '';
  // `gateway status` and the like only ask.
  return runs && (next === '' || next === 'run' || /^[-$]/.test(next)) ? argv.slice(at + 1) : undefined;
}
