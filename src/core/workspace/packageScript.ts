import { isMap, isScalar } from 'yaml';
import { readYaml } from '../compose/readYaml.ts';
import type { ShellWord } from '../shell/ShellWord.ts';
import { MappedText } from '../text/MappedText.ts';

const managers = new Set(['npm', 'pnpm', 'yarn', 'bun']);
const ownCommands = new Set(['start', 'test', 'stop', 'restart']);

/** Names of the package.json scripts that `npm start`, `pnpm run serve`, `yarn dev` and the like run, or `undefined` for other commands. */
export function packageScript(argv: readonly ShellWord[], program: string): readonly string[] | undefined {
  if (runners.has(program)) return runScripts(argv);
  if (!managers.has(program)) return undefined;
  const operands = argv
    .slice(1)
    .filter((word, i) => !word.value.startsWith('-') && !folderOptions.has(argv[i]?.value ?? ''));
  const [first, second] = operands.map((word) => word.value);
  const name = first === 'run' || first === 'run-script' ? second : first;
  if (name === undefined) return undefined;
  if (first === name && program === 'npm' && !ownCommands.has(name)) return undefined;
  return [`pre${name}`, name, `post${name}`];
}

/** Options of npm, pnpm, yarn and bun that name the folder of the package.json, with the folder as the next word. */
const folderOptions = new Set(['--prefix', '-C', '--dir', '--cwd']);

/** The folder whose package.json the command means, when it names one: `npm --prefix web start`. */
packageScript.folder = (argv: readonly ShellWord[]): string | undefined => {
  for (const [i, { value }] of argv.entries()) {
    if (value === '--') return undefined;
    if (folderOptions.has(value)) return argv[i + 1]?.value;
    const folder = /^--(?:prefix|dir|cwd)=(.+)$/.exec(value)?.[1];
    if (folder !== undefined) return folder;
  }
  return undefined;
};

/** Programs that run several scripts: https://github.com/mysticatea/npm-run-all. */
const runners = new Set(['npm-run-all', 'npm-run-all2', 'run-s', 'run-p']);

function runScripts(argv: readonly ShellWord[]): readonly string[] {
  return argv
    .slice(1)
    .filter(({ value }) => !value.startsWith('-'))
    .flatMap(({ value }) => {
      const name = value.split(' ')[0] ?? '';
      return [`pre${name}`, name, `post${name}`];
    });
}

/** The text of one script of a package.json. */
packageScript.find = (packageJson: MappedText, name: string): MappedText | undefined =>
  packageJson.remember(readScripts).get(name);

/** The texts of all scripts of a package.json. */
packageScript.all = (packageJson: MappedText): readonly MappedText[] => [...packageJson.remember(readScripts).values()];

function readScripts({ text: json }: MappedText): ReadonlyMap<string, MappedText> {
  const found = new Map<string, MappedText>();
  if (!json.includes('"scripts"')) return found;
  const contents = parsedContents(json);
  const scripts = isMap(contents) ? contents.get('scripts', true) : undefined;
  if (!isMap(scripts)) return found;
  for (const { key, value } of scripts.items) {
    if (!isScalar(key) || !isScalar(value) || typeof value.value !== 'string') continue;
    const start = (value.range?.[0] ?? 0) + 1;
    const raw = json.slice(start, (value.range?.[1] ?? start) - 1);
    found.set(
      String(key.value),
      raw === value.value
        ? new MappedText(raw, start)
        : new MappedText(value.value, start, Array(value.value.length).fill(start)),
    );
  }
  return found;
}

function parsedContents(json: string): unknown {
  try {
    // JSON is YAML, and the YAML parser keeps the offsets.
    return readYaml(json).contents;
  } catch {
    // Hostile nesting exhausts the parser's stack.
    return undefined;
  }
}
