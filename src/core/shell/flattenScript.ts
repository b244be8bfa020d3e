import type {
  Assignment,
  Command,
  CompoundList,
  ParsedScript,
  Pipeline,
  Redirection,
  Statement,
  SyntaxNode,
  Word,
  WordPart,
} from 'unbash';
import type { MappedText } from '../text/MappedText.ts';
import {
  type ShellAssignment,
  ShellCommand,
  type ShellPipeline,
  type ShellRedirect,
  type ShellScript,
} from './ShellScript.ts';
import { ShellWord } from './ShellWord.ts';

/** Puts the commands of a syntax tree into one list, each with what a check needs to know about its place. */
export function flattenScript(script: ParsedScript, source: MappedText): ShellScript {
  const commands: ShellCommand[] = [];
  const functions = new Map<string, readonly ShellCommand[]>();
  const place: Place = {
    source,
    commands,
    functions,
    condition: undefined,
    pipeline: undefined,
    substitutionOf: undefined,
    depth: 0,
  };
  addStatements(script.commands, place);
  const setCommands = commands.filter(({ words }) => words[0]?.value === 'set');
  return { source, syntax: script, commands, functions, setCommands };
}

interface Place {
  readonly source: MappedText;
  readonly commands: ShellCommand[];
  readonly functions: Map<string, readonly ShellCommand[]>;
  readonly condition: string | undefined;
  readonly pipeline: ShellPipeline | undefined;
  readonly substitutionOf: ShellCommand | undefined;
  /** What its commands print goes there: `{ …; } > file`. */
  readonly output?: GroupOutput | undefined;
  readonly depth: number;
}

interface GroupOutput {
  readonly redirect: ShellRedirect;
  /** The first command of the group makes the file, the others add to it. */
  isMade: boolean;
}

/** Deeper nesting than people write: hostile text must not exhaust the stack. */
const maxDepth = 200;

function addStatements(statements: readonly Statement[], place: Place): void {
  for (const { command } of statements) addNode(command, place);
}

function addList(list: CompoundList | undefined, place: Place): void {
  if (list !== undefined) addStatements(list.commands, place);
}

function addNode(node: SyntaxNode, outer: Place): void {
  if (node.type === 'Command') {
    // Most of what people write: no place of its own is needed.
    addCommand(node, outer);
    return;
  }
  if (outer.depth > maxDepth) return;
  const place: Place = { ...outer, depth: outer.depth + 1 };
  switch (node.type) {
    case 'AndOr': {
      let before: SyntaxNode | undefined;
      let index = 0;
      for (const command of node.commands) {
        const asked =
          before !== undefined && (node.operators[index - 1] === '||' || isTest(before)) ? before : undefined;
        addNode(command, asked === undefined ? place : { ...place, condition: textOf(asked, place) });
        before = command;
        index++;
      }
      return;
    }
    case 'Pipeline': {
      addReadFiles(node, place);
      const parts: ShellCommand[][] = [];
      const pipeline: ShellPipeline = { range: place.source.sourceRange(node.pos, node.end), parts };
      for (const command of node.commands) {
        const part: ShellCommand[] = [];
        parts.push(part);
        addNode(command, { ...place, commands: part, pipeline: node.commands.length > 1 ? pipeline : place.pipeline });
        place.commands.push(...part);
      }
      return;
    }
    case 'If': {
      addList(node.clause, place);
      const condition = textOf(node.clause, place);
      addList(node.then, { ...place, condition });
      for (const elif of node.elif) {
        addList(elif.clause, { ...place, condition });
        addList(elif.then, { ...place, condition: textOf(elif.clause, place) });
      }
      addList(node.else, { ...place, condition: `not: ${condition}` });
      return;
    }
    case 'While':
      addList(node.clause, place);
      addList(node.body, place);
      return;
    case 'For':
      if (node.wordlist?.length === 1) addPattern(node.name.value, node.wordlist[0], place);
      addList(node.body, place);
      return;
    case 'Select':
    case 'ArithmeticFor':
    case 'Subshell':
    case 'BraceGroup':
      addList(node.body, place);
      return;
    case 'Case':
      for (const item of node.items) {
        const pattern = item.pattern.map((word) => word.text).join(' | ');
        const condition = pattern === '*' ? place.condition : `${node.word.text} is ${pattern}`;
        addList(item.body, { ...place, condition });
      }
      return;
    case 'Redirected':
      addNode(node.command, { ...place, output: outputOf(node.redirects, place) ?? place.output });
      return;
    case 'Coproc':
      if (node.body.type === 'CompoundList') addList(node.body, place);
      else addNode(node.body, place);
      return;
    case 'Function': {
      const body: ShellCommand[] = [];
      place.functions.set(node.name.value, body);
      const inner: Place = { ...place, commands: body, condition: undefined, pipeline: undefined, output: undefined };
      if (node.body.type === 'CompoundList') addList(node.body, inner);
      else addNode(node.body, inner);
      return;
    }
    default:
      return;
  }
}

/** A loop over files: as if the variable were set to their pattern. */
function addPattern(name: string, word: Word | undefined, place: Place): void {
  if (word !== undefined) addFiles(name, word, filesIn(word.value), place);
}

function addFiles(name: string, word: Word, pattern: string | undefined, { source, commands, condition }: Place): void {
  if (pattern === undefined) return;
  const range = source.sourceRange(word.pos, word.end);
  const value = new ShellWord(pattern, range, !pattern.includes('$'), source.slice(word.pos, word.end));
  commands.push(
    new ShellCommand({
      words: [],
      assignments: [{ name, value, isPattern: true }],
      redirects: [],
      range,
      condition,
      pipeline: undefined,
      substitutionOf: undefined,
    }),
  );
}

/** `find /init.d -name '*.sh' | sort | while read -r file; do` */
function addReadFiles({ commands }: Pipeline, place: Place): void {
  const [lister] = commands;
  const loop = commands.at(-1);
  if (lister?.type !== 'Command' || loop?.type !== 'While') return;
  const read = loop.clause.commands[0]?.command;
  if (read?.type !== 'Command' || read.name?.value !== 'read') return;
  const name = read.suffix.findLast((item) => item.type === 'Word' && /^[A-Za-z_]\w*$/.test(item.value));
  const folder = lister.suffix.find((item) => item.type === 'Word' && !item.value.startsWith('-'));
  const isLister = lister.name?.value === 'find' || lister.name?.value === 'ls';
  if (!isLister || name?.type !== 'Word' || folder?.type !== 'Word') return;
  if (folder.value.includes('/')) addFiles(name.value, folder, filesIn(`$(ls ${folder.value})`), place);
}

/** The pattern of the files that a loop's word stands for: a pattern, or what `ls` and `find` list. */
function filesIn(value: string): string | undefined {
  if (!value.includes('/')) return undefined;
  // The script's own folder, however it is found.
  const beside = /^\$\(dirname [^()]*\)(?=\/)/.exec(value)?.[0];
  if (beside !== undefined) return filesIn(`$here${value.slice(beside.length)}`);
  const listed = /^(?:\$\(|`)\s*(?:ls|find)\s+(?:-\w+\s+)*["']?([^\s"')`|]+)/.exec(value)?.[1] ?? value;
  if (/[\s()`]/.test(listed)) return undefined;
  if (/[*?][^/]*$/.test(listed)) return listed;
  return listed === value ? undefined : `${listed.replace(/\/+$/, '')}/*`;
}

function addCommand(node: Command, place: Place): void {
  const { source } = place;
  const words: ShellWord[] = node.name === undefined ? [] : [toWord(node.name, source)];
  const assignments: ShellAssignment[] = [];
  const redirects: ShellRedirect[] = [];
  const command = new ShellCommand({
    words,
    assignments,
    redirects,
    range: source.sourceRange(node.pos, node.end),
    condition: place.condition,
    pipeline: place.pipeline,
    substitutionOf: place.substitutionOf,
  });
  const scripted: Word[] = node.name !== undefined && mayHoldScript(node.name) ? [node.name] : [];
  for (const item of node.prefix) addItem(item, source, [], assignments, redirects, scripted);
  for (const item of node.suffix) addItem(item, source, words, assignments, redirects, scripted);
  const { output } = place;
  if (output !== undefined && place.pipeline === undefined && !redirects.some(isOutput)) {
    redirects.push(output.isMade ? { ...output.redirect, operator: '>>' } : output.redirect);
    output.isMade = true;
  }
  for (const word of scripted)
    addSubstitutions(word.parts, { ...place, substitutionOf: command, pipeline: undefined, output: undefined });
  place.commands.push(command);
}

/** Of most words the parts need not be known: in these there may be commands. */
function mayHoldScript({ text }: Word): boolean {
  return scriptMarks.test(text);
}

/** `$(…)`, `<(…)`, `>(…)`, backticks, and `${ …; }`. */
const scriptMarks = /[(`]|\$\{[\s|]/;

/** Where a group of commands prints to. */
function outputOf(redirects: readonly Redirection[], { source }: Place): GroupOutput | undefined {
  const redirect = redirects.map((item) => toRedirect(item, source)).find(isOutput);
  return redirect === undefined ? undefined : { redirect, isMade: redirect.operator === '>>' };
}

function isOutput({ operator, descriptor }: ShellRedirect): boolean {
  return (operator === '>' || operator === '>>') && (descriptor ?? 1) === 1;
}

function addItem(
  item: Command['prefix'][number] | Command['suffix'][number],
  source: MappedText,
  words: ShellWord[],
  assignments: ShellAssignment[],
  redirects: ShellRedirect[],
  scripted: Word[],
): void {
  if (item.type === 'Word') {
    words.push(toWord(item, source));
    if (mayHoldScript(item)) scripted.push(item);
  } else if (item.type === 'Assignment') {
    if (words.length > 0) {
      // `export NAME=value` and `env NAME=value` have their assignment as an argument.
      words.push(
        new ShellWord(item.text, source.sourceRange(item.pos, item.end), false, source.slice(item.pos, item.end)),
      );
    }
    assignments.push(toAssignment(item, source));
    if (item.value.type === 'Word' && mayHoldScript(item.value)) scripted.push(item.value);
  } else {
    redirects.push(toRedirect(item, source));
    if (item.type !== 'HereDoc' && item.target !== undefined && mayHoldScript(item.target)) scripted.push(item.target);
  }
}

function toWord(word: Word, source: MappedText): ShellWord {
  return new ShellWord(undefined, undefined, undefined, source, word);
}

function toAssignment(item: Assignment, source: MappedText): ShellAssignment {
  const { name, value } = item;
  const isAdded = item.append === true;
  if (value.type === 'Word') return { name, value: toWord(value, source), isAdded };
  return { name, value: undefined, elements: value.elements.map((element) => toWord(element, source)), isAdded };
}

function toRedirect(item: Redirection, source: MappedText): ShellRedirect {
  const descriptor = item.descriptor?.type === 'FileDescriptor' ? item.descriptor.value : undefined;
  if (item.type === 'HereDoc') {
    const body = source.slice(item.body.pos, item.body.end);
    return { operator: item.operator, descriptor, target: undefined, body };
  }
  const target = item.target === undefined ? undefined : toWord(item.target, source);
  return { operator: item.operator, descriptor, target, body: item.type === 'HereString' ? target?.text : undefined };
}

function addSubstitutions(parts: readonly WordPart[] | undefined, place: Place): void {
  if (parts === undefined || place.depth > maxDepth) return;
  for (const part of parts) {
    if (part.type === 'CommandExpansion' || part.type === 'ProcessSubstitution') {
      const inner = part.script;
      if (inner === undefined) continue;
      // Escaped backticks are decoded into a text of their own: then only the whole substitution can be pointed at.
      const decoded = inner.source;
      const source = decoded === undefined ? place.source : place.source.decoded(decoded, part.pos);
      addStatements(inner.commands, { ...place, source, depth: place.depth + 1 });
    } else if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') {
      addSubstitutions(part.parts, place);
    } else if (part.type === 'ParameterExpansion') {
      const operation = part.operation;
      if (operation !== undefined && 'operand' in operation)
        addSubstitutions(operation.operand?.parts, { ...place, depth: place.depth + 1 });
    }
  }
}

const testCommands = new Set(['[', 'test', 'command', 'which', 'type', 'hash', 'grep', 'id', 'dpkg', 'pip', 'npm']);

function isTest(node: SyntaxNode): boolean {
  if (node.type === 'TestCommand' || node.type === 'ArithmeticCommand') return true;
  if (node.type === 'Pipeline') {
    const last = node.commands.at(-1);
    return node.prefixes.some((prefix) => prefix.type === 'Negation') || (last !== undefined && isTest(last));
  }
  if (node.type !== 'Command') return false;
  const name = node.name?.value ?? '';
  if (name === 'dpkg' || name === 'pip' || name === 'npm') {
    return node.suffix.some((item) => item.type === 'Word' && /^(?:-s|show|ls|list|-l)$/.test(item.value));
  }
  return testCommands.has(name);
}

const maxConditionLength = 80;

function textOf(node: SyntaxNode, place: Place): string {
  const text = place.source.text.slice(node.pos, node.end).replace(/\s+/g, ' ').replace(/;\s*$/, '').trim();
  return text.length > maxConditionLength ? `${text.slice(0, maxConditionLength - 1)}…` : text;
}
