import type { ShellCommand } from '../shell/ShellScript.ts';
import type { ShellWord } from '../shell/ShellWord.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import { spanning } from '../text/spanning.ts';
import { baseName } from '../workspace/paths.ts';
import type { InstallCommand } from './installCommands.ts';

/**
 * The commands that download the browsers of a test or scraping library: `npx playwright install chromium`, `playwright install-deps`,
 * `npx puppeteer browsers install chrome` (https://playwright.dev/docs/browsers, https://pptr.dev/browsers-api).
 */
export function browserInstalls(commands: readonly ShellCommand[]): readonly InstallCommand[] {
  return commands.flatMap((command) => {
    const { name, argv } = unwrapCommand(command.words);
    if (!mayStart.test(name)) return [];
    const found = browserInstall(withoutLauncher(argv));
    const [first, last] = [argv[0], argv.at(-1)];
    if (found === undefined || first === undefined || last === undefined) return [];
    return [{ kind: 'other', ...found, range: spanning(first.range, last.range), command }];
  });
}

const libraries = /^(?:playwright(?:-core|-chromium|-firefox|-webkit)?|patchright(?:-core)?|rebrowser-playwright)$/;
const puppeteers = /^(?:puppeteer|browsers)$/;
const mayStart =
  /^(?:npx|bunx|pnpx|pnpm|npm|yarn|bun|node|uv|uvx|pipx|poetry|pipenv|pdm|python[\d.]*|playwright.*|patchright.*|puppeteer)$/;
/** Words of a package manager that lead to the program. */
const leading = /^(?:exec|dlx|run|x|tool)$/;
/** Options of launchers that take the next word. */
const valued = new Set(['-p', '--package', '--with', '--from', '-C', '--prefix', '--dir', '--filter', '-m']);

/** From the library's program on: `npx -y playwright@1.47 install` is `playwright install`. */
function withoutLauncher(argv: readonly ShellWord[]): readonly ShellWord[] {
  let at = 0;
  while (at < argv.length && at < maxLaunchers) {
    const value = argv[at]?.value ?? '';
    const isLauncher = at === 0 || leading.test(value) || value.startsWith('-');
    if (isProgram(argv, at) || !isLauncher) break;
    at += valued.has(value) && !isProgram(argv, at + 1) ? 2 : 1;
  }
  return argv.slice(at);
}

const maxLaunchers = 8;

function isProgram(argv: readonly ShellWord[], at: number): boolean {
  const name = programOf(argv[at]);
  return libraries.test(name) || puppeteers.test(name);
}

/** Without folder and version; `…/playwright-core/cli.js` is the library's own program. */
function programOf(word: ShellWord | undefined): string {
  const value = word?.value ?? '';
  const ownProgram = /\/([\w-]+)\/cli\.js$/.exec(value)?.[1];
  return ownProgram ?? baseName(value).replace(/(?<=.)@[^/]*$/, '');
}

function browserInstall(argv: readonly ShellWord[]): Pick<InstallCommand, 'tool' | 'names'> | undefined {
  const program = programOf(argv[0]);
  const args = argv.slice(1).map(({ value }) => value);
  if (args.some((arg) => asking.has(arg))) return undefined;
  const [verb, ...operands] = args.filter((arg) => !arg.startsWith('-'));
  if (libraries.test(program))
    return verb === 'install' || verb === 'install-deps' ? { tool: program, names: operands } : undefined;
  if (program === 'puppeteer')
    return verb === 'browsers' && operands[0] === 'install' ? { tool: program, names: operands.slice(1) } : undefined;
  return program === 'browsers' && /@puppeteer\/browsers/.test(argv[0]?.value ?? '') && verb === 'install'
    ? { tool: 'puppeteer', names: operands }
    : undefined;
}

const asking = new Set(['--help', '-h', '--dry-run', '--list']);
