import type { ShellWord } from '../../shell/ShellWord.ts';
import type { MappedText } from '../../text/MappedText.ts';
import type { ContainerFile } from '../ImageFiles.ts';
import { resolvePath } from '../paths.ts';
import type { ContainerFiles } from './ContainerFiles.ts';

/** What `make` runs, and in which folder of the container. */
export interface MadeRecipes {
  readonly workdir: string;
  /** One per line of a recipe, in the order in which make runs them: each has a shell of its own. */
  readonly lines: readonly ContainerFile[];
}

/** The recipes of the targets that a `make` command names, those of their prerequisites first; `undefined` where there is no makefile. */
export function makeRecipes(
  argv: readonly ShellWord[],
  workdir: string,
  files: ContainerFiles,
): MadeRecipes | undefined {
  const { folder, named, goals } = readArguments(argv);
  const place = folder === undefined ? workdir : resolvePath(workdir, folder);
  const names = named === undefined ? defaultNames : [named];
  for (const name of names) {
    const file = files.at(resolvePath(place, name));
    if (file === undefined) continue;
    const makefile = file.text.remember(readMakefile);
    const wanted = goals.length > 0 ? goals : makefile.goal === undefined ? [] : [makefile.goal];
    const lines = linesFor(makefile, wanted).map((line) => line.rememberFor(makefile, asShellText));
    return { workdir: place, lines: lines.map((text) => ({ path: file.path, text })) };
  }
  return undefined;
}

/** All lines of all recipes of a makefile, as the shell gets them. */
export function recipeLines(makefile: MappedText): readonly MappedText[] {
  const read = makefile.remember(readMakefile);
  const lines = new Set([...read.rules.values()].flatMap(({ recipe }) => recipe));
  return [...lines].map((line) => line.rememberFor(read, asShellText));
}

const defaultNames = ['Makefile', 'makefile', 'GNUmakefile'];

interface Makefile {
  readonly rules: ReadonlyMap<string, { readonly prerequisites: readonly string[]; readonly recipe: MappedText[] }>;
  readonly variables: ReadonlyMap<string, string>;
  /** What a `make` without a target makes. */
  readonly goal: string | undefined;
}

function readArguments(argv: readonly ShellWord[]): {
  readonly folder: string | undefined;
  readonly named: string | undefined;
  readonly goals: readonly string[];
} {
  let folder: string | undefined;
  let named: string | undefined;
  const goals: string[] = [];
  for (let at = 1; at < argv.length; at++) {
    const value = argv[at]?.value ?? '';
    const next = argv[at + 1]?.value;
    if (value === '-C' || value === '--directory') {
      folder = next;
      at++;
    } else if (value === '-f' || value === '--file' || value === '--makefile') {
      named = next;
      at++;
    } else if (/^--(?:file|makefile)=/.test(value)) named = value.replace(/^[^=]*=/, '');
    else if (/^--directory=/.test(value)) folder = value.replace(/^[^=]*=/, '');
    else if (/^-[jIolW]$/.test(value)) at++;
    else if (!value.startsWith('-') && !value.includes('=')) goals.push(value);
  }
  return { folder, named, goals };
}

/** Reads what is needed to follow a start: rules and plain variables. Functions, patterns and conditions are not worked out. */
function readMakefile(source: MappedText): Makefile {
  const rules = new Map<string, { prerequisites: string[]; recipe: MappedText[] }>();
  const variables = new Map<string, string>();
  let current: readonly { readonly recipe: MappedText[] }[] = [];
  let goal: string | undefined;
  let isDefinition = false;
  for (const line of logicalLines(source)) {
    const { text } = line;
    if (/^\s*(?:define|endef)\b/.test(text)) isDefinition = /^\s*define\b/.test(text);
    if (isDefinition || /^\s*(?:#.*)?$/.test(text)) continue;
    if (text.startsWith('\t')) {
      if (text.length > maxLength) continue;
      for (const { recipe } of current) recipe.push(line.slice(1));
      continue;
    }
    const assigned = /^\s*(?:(?:export|override)\s+)*([\w.-]+)\s*(?::{0,3}|[?+])=/.exec(text);
    if (assigned !== null) {
      const [before, name = ''] = assigned;
      const value = withoutComment(text.slice(before.length)).trim();
      if (name === '.DEFAULT_GOAL') goal = value;
      else variables.set(name, value);
      continue;
    }
    const colon = text.indexOf(':');
    const rest = text.slice(colon).replace(/^::?/, '');
    // What is assigned for one target alone is no prerequisite.
    if (colon < 1 || /^\s/.test(text) || rest.slice(0, semicolonIn(rest)).includes('=')) continue;
    const needed = wordsOf(withoutComment(rest.slice(0, semicolonIn(rest)))).filter((word) => word !== '|');
    current = [...new Set(wordsOf(text.slice(0, colon)))].slice(0, maxNames).map((name) => {
      const known = rules.get(name) ?? { prerequisites: [], recipe: [] };
      known.prerequisites.push(...needed);
      rules.set(name, known);
      if (goal === undefined && !name.startsWith('.') && !name.includes('%')) goal = name;
      return known;
    });
    const inline = text.indexOf(';', colon);
    if (inline !== -1) for (const { recipe } of current) recipe.push(line.slice(inline + 1));
  }
  return { rules, variables, goal };
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function withoutComment(text: string): string {
  const at = text.indexOf(' #');
  return at === -1 ? text : text.slice(0, at);
}

function semicolonIn(text: string): number {
  const at = text.indexOf(';');
  return at === -1 ? text.length : at;
}

/** Lines that a backslash continues are one. */
function logicalLines(source: MappedText): readonly MappedText[] {
  const { text } = source;
  const lines: MappedText[] = [];
  let start = 0;
  for (let end = text.indexOf('\n'); start < text.length; end = text.indexOf('\n', end + 1)) {
    const isLast = end === -1;
    const until = isLast ? text.length : end;
    const length = until > start && text[until - 1] === '\r' ? until - 1 : until;
    if (!isLast && text[length - 1] === '\\' && text[length - 2] !== '\\') continue;
    lines.push(source.slice(start, length));
    if (isLast) break;
    start = until + 1;
  }
  return lines;
}

function linesFor(makefile: Makefile, goals: readonly string[]): readonly MappedText[] {
  const lines: MappedText[] = [];
  const made = new Set<string>();
  const make = (name: string): void => {
    if (made.has(name) || made.size > maxTargets) return;
    made.add(name);
    const rule = makefile.rules.get(name);
    for (const prerequisite of rule?.prerequisites ?? []) make(prerequisite);
    lines.push(...(rule?.recipe ?? []).slice(0, maxLines - lines.length));
  };
  for (const goal of goals) make(goal);
  return lines;
}

/** More than this nobody makes when a container starts, and a chain of them must not exhaust the stack. */
const maxTargets = 200;
const maxLines = 500;
const maxLength = 10_000;
/** Of the targets that share a recipe. */
const maxNames = 50;

/** The line as the shell gets it: without make's own marks, plain variables replaced, `$$` a dollar. */
function asShellText(line: MappedText, { variables }: Makefile): MappedText {
  const { text } = line;
  const start = /^[\s@+-]*/.exec(text)?.[0].length ?? 0;
  if (!text.includes('$')) return line.slice(start);
  const builder = line.builder(start);
  let references = 0;
  let at = start;
  for (const match of text.matchAll(/\$(?:\$|\((\w+)\)|\{(\w+)\})/g)) {
    if (++references > maxReferences) break;
    builder.append(text.slice(at, match.index), at);
    const name = match[1] ?? match[2];
    builder.appendAt(name === undefined ? '$' : expanded(name, variables), match.index);
    at = match.index + match[0].length;
  }
  builder.append(text.slice(at), at);
  return builder.build();
}

/** Of a variable that the makefile does not set, or sets to something long, the environment's. */
function expanded(name: string, variables: ReadonlyMap<string, string>, depth = 0): string {
  if (name === 'MAKE') return 'make';
  const value = variables.get(name);
  if (value === undefined || value.length > maxValue || depth > 1) return `\${${name}}`;
  return value.replace(/\$[({](\w+)[)}]/g, (_, inner: string) => expanded(inner, variables, depth + 1));
}

/** Names of programs and options are shorter. */
const maxValue = 80;
const maxReferences = 30;
