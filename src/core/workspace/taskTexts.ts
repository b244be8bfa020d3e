import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { readYaml } from '../compose/readYaml.ts';
import { type MappedText, MappedTextBuilder } from '../text/MappedText.ts';
import { isDockerfilePath } from './isProjectFile.ts';
import type { ProjectModel } from './ProjectModel.ts';
import { packageScript } from './packageScript.ts';
import { baseName } from './paths.ts';
import { recipeLines } from './start/makeRecipes.ts';

/**
 * Shell texts that people run on the host by hand: scripts, the recipes of makefiles and justfiles, the scripts of package.json, and the
 * tasks of Taskfile (https://taskfile.dev) and VS Code. None for other files.
 */
export function taskTexts(path: string, model: ProjectModel): readonly MappedText[] {
  const name = baseName(path);
  const read = /\.(?:sh|bash)$/i.test(name)
    ? whole
    : /^(?:makefile|gnumakefile)$/i.test(name)
      ? recipeLines
      : /^justfile$/i.test(name)
        ? justRecipes
        : name === 'package.json'
          ? packageScript.all
          : /^taskfile\.ya?ml$/i.test(name)
            ? taskCommands
            : name === 'tasks.json'
              ? editorTasks
              : /^[\w-]+$/.test(name) && !isDockerfilePath(path)
                ? shellScript
                : undefined;
  const text = read === undefined ? undefined : model.readText(path);
  // Most of these files run nothing in a container.
  if (read === undefined || text === undefined || !text.text.includes('exec')) return [];
  return read === whole ? [text] : text.remember(read);
}

const whole = (text: MappedText): readonly MappedText[] => [text];

/** A file without an extension says in its first line what runs it. */
function shellScript(source: MappedText): readonly MappedText[] {
  return /^#!.*\b(?:ba|da|a|z|k)?sh\b/.test(source.text) ? [source] : [];
}

/** The lines of recipes, with what `name := "value"` sets put in for `{{name}}`. */
function justRecipes(source: MappedText): readonly MappedText[] {
  const { text } = source;
  const variables = new Map<string, string>();
  for (const match of text.matchAll(/^(\w+)\s*:=\s*["']([^"'\n]*)["']/gm))
    variables.set(match[1] ?? '', match[2] ?? '');
  const recipes: MappedText[] = [];
  for (const match of text.matchAll(/^[ \t]+[@-]*(.*(?:\\\n.*)*)$/gm)) {
    const body = match[1] ?? '';
    recipes.push(
      withVariables(
        source.slice(match.index + match[0].length - body.length, match.index + match[0].length),
        variables,
      ),
    );
  }
  return recipes;
}

function withVariables(line: MappedText, variables: ReadonlyMap<string, string>): MappedText {
  if (!line.text.includes('{{')) return line;
  const builder = line.builder(0);
  let at = 0;
  for (const match of line.text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)) {
    builder.append(line.text.slice(at, match.index), at);
    builder.appendAt(variables.get(match[1] ?? '') ?? '$x', match.index);
    at = match.index + match[0].length;
  }
  builder.append(line.text.slice(at), at);
  return builder.build();
}

/** What stands in `cmds`, `cmd` and `cmds[].cmd` of the tasks. */
function taskCommands(source: MappedText): readonly MappedText[] {
  return scalarsAt(source, (keys) => keys[0] === 'tasks' && /^cmds?$/.test(keys.at(-1) ?? ''));
}

function editorTasks(source: MappedText): readonly MappedText[] {
  return scalarsAt(source, (keys) => keys[0] === 'tasks' && keys.at(-1) === 'command');
}

/** Texts by the keys that lead to them. Tools use JSON with comments here, which the YAML parser reads but for the comments. */
function scalarsAt({ text }: MappedText, isWanted: (keys: readonly string[]) => boolean): readonly MappedText[] {
  const found: MappedText[] = [];
  const visit = (node: unknown, keys: readonly string[]): void => {
    if (keys.length > maxDepth) return;
    if (isMap(node))
      for (const { key, value } of node.items) visit(value, [...keys, isScalar(key) ? String(key.value) : '']);
    else if (isSeq(node)) for (const item of node.items) visit(item, keys);
    else if (isScalar(node) && typeof node.value === 'string' && isWanted(keys))
      found.push(textOf(node, node.value, text));
  };
  try {
    visit(readYaml(text.replace(/^\s*\/\/.*$/gm, (line) => ' '.repeat(line.length))).contents, []);
  } catch {
    // Hostile nesting exhausts the parser's stack.
  }
  return found;
}

const maxDepth = 8;

/** Each line of the value where it stands in the file, or at the node's start where it is not written like that. */
function textOf(node: Node, value: string, text: string): MappedText {
  const [start, end] = [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
  const builder = new MappedTextBuilder(start);
  let at = start;
  for (const [index, line] of value.split('\n').entries()) {
    if (index > 0) builder.appendAt('\n', at);
    const found = text.indexOf(line, at);
    if (found === -1 || found + line.length > end) builder.appendAt(line, at);
    else {
      builder.append(line, found);
      at = found + line.length;
    }
  }
  return builder.build();
}
