import { type CompoundList, parse, type Statement } from 'unbash';
import type { MappedText } from '../text/MappedText.ts';
import type { TextEdit } from '../text/TextEdit.ts';
import type { TextRange } from '../text/TextRange.ts';

/** What a command is to a removal: it goes; it only serves what goes; it only tells or asks something; or it stays. */
export type RemovalRole = 'target' | 'helper' | 'talk' | 'other';

/**
 * Edits that take commands out of shell text so that the rest runs as before, or `undefined` where that cannot be said for sure.
 * `roleOf` is asked with the text of each simple command and where it stands in the document. `mayBecomeEmpty`: a file without
 * commands is a script too, a CMD without any is none.
 */
export function removeCommands(
  source: MappedText,
  roleOf: (range: TextRange) => RemovalRole,
  { mayBecomeEmpty = false }: { readonly mayBecomeEmpty?: boolean } = {},
): readonly TextEdit[] | undefined {
  const removal = new Removal(source, roleOf);
  const script = parse(source.text);
  return removal.ofScript(script.commands, mayBecomeEmpty);
}

type ShellNode = Statement['command'];

class Removal {
  readonly #source: MappedText;
  readonly #roleOf: (range: TextRange) => RemovalRole;
  readonly #edits: TextEdit[] = [];
  #isUnsafe = false;

  constructor(source: MappedText, roleOf: (range: TextRange) => RemovalRole) {
    this.#source = source;
    this.#roleOf = roleOf;
  }

  ofScript(statements: readonly Statement[], mayBecomeEmpty: boolean): readonly TextEdit[] | undefined {
    const left = this.#prune(statements);
    return this.#isUnsafe || (left === 0 && !mayBecomeEmpty) || this.#edits.length === 0 ? undefined : this.#edits;
  }

  /** Removes the statements that are targets as a whole, with the helpers around them; returns how many statements stay. */
  #prune(statements: readonly Statement[]): number {
    let left = 0;
    const roles = statements.map((statement) => this.#role(statement.command));
    statements.forEach((statement, index) => {
      if (roles[index] === 'target' || (roles[index] === 'helper' && isNextToTarget(roles, index))) {
        this.#removeStatement(statement);
        return;
      }
      left++;
      if (this.#holdsTarget(statement.command)) this.#inside(statement.command);
    });
    return left;
  }

  #inside(node: ShellNode): void {
    switch (node.type) {
      case 'AndOr':
        this.#cutChain(node.commands, node.operators);
        return;
      case 'If':
        this.#body(node.then);
        for (const elif of node.elif) this.#body(elif.then);
        if (node.else !== undefined) this.#body(node.else);
        if (node.clause.commands.some((statement) => this.#holdsTarget(statement.command))) this.#isUnsafe = true;
        return;
      case 'BraceGroup':
      case 'Subshell':
        this.#body(node.body);
        return;
      case 'Function':
        if (node.body.type === 'BraceGroup') this.#body(node.body.body);
        else this.#isUnsafe = true;
        return;
      default:
        this.#isUnsafe = true;
    }
  }

  /** A body must not become empty: then the person has to decide what becomes of the construct. */
  #body(list: CompoundList): void {
    if (list.commands.some((statement) => this.#holdsTarget(statement.command)) && this.#prune(list.commands) === 0) {
      this.#isUnsafe = true;
    }
  }

  /** `a && install && b` becomes `a && b`. */
  #cutChain(parts: readonly ShellNode[], operators: readonly string[]): void {
    let index = 0;
    while (index < parts.length) {
      let end = index;
      let hasTarget = false;
      while (end < parts.length) {
        const role = this.#role(parts[end] as ShellNode);
        if (role !== 'target' && role !== 'helper') break;
        hasTarget ||= role === 'target';
        end++;
      }
      if (hasTarget) this.#cut(parts, operators, index, end);
      else if (end === index && this.#holdsTarget(parts[index] as ShellNode)) this.#inside(parts[index] as ShellNode);
      index = Math.max(end, index + 1);
    }
  }

  #cut(parts: readonly ShellNode[], operators: readonly string[], from: number, to: number): void {
    const around = operators.slice(Math.max(0, from - 1), to);
    if (around.some((operator) => operator !== '&&')) {
      this.#isUnsafe = true;
      return;
    }
    const [before, after] = [parts[from - 1], parts[to]];
    if (after !== undefined) this.#remove(parts[from]?.pos ?? 0, after.pos);
    else if (before !== undefined) this.#remove(before.end, parts[to - 1]?.end ?? before.end);
  }

  #holdsTarget(node: ShellNode): boolean {
    const roles: RemovalRole[] = [];
    collectRoles(node, (command) => roles.push(this.#roleAt(command)));
    return roles.includes('target');
  }

  #roleAt(node: { readonly pos: number; readonly end: number }): RemovalRole {
    return this.#roleOf(this.#source.sourceRange(node.pos, node.end));
  }

  /** The role of a whole construct. */
  #role(node: ShellNode): RemovalRole {
    switch (node.type) {
      case 'Command':
        return this.#roleAt(node);
      case 'Pipeline': {
        const roles = node.commands.map((command) => this.#role(command));
        return roles.includes('target') ? 'target' : together(roles);
      }
      case 'AndOr': {
        const roles = node.commands.map((command) => this.#role(command));
        return together(roles);
      }
      case 'BraceGroup':
      case 'Subshell':
        return this.#roleOfList(node.body);
      case 'Redirected':
        return this.#role(node.command);
      case 'If': {
        const asks = this.#roleOfList(node.clause);
        if (asks !== 'talk' || node.elif.length > 0) return 'other';
        return together([
          this.#roleOfList(node.then),
          ...(node.else === undefined ? [] : [this.#roleOfList(node.else)]),
        ]);
      }
      case 'TestCommand':
        return 'talk';
      default:
        return 'other';
    }
  }

  #roleOfList(list: CompoundList): RemovalRole {
    return together(list.commands.map((statement) => this.#role(statement.command)));
  }

  #removeStatement(statement: Statement): void {
    const { text } = this.#source;
    let start = statement.pos;
    let end = Math.max(statement.end, statement.command.end);
    while (/[ \t]/.test(text[end] ?? '')) end++;
    if (text[end] === ';' || text[end] === '&') end++;
    while (/[ \t]/.test(text[end] ?? '')) end++;
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    // A statement with lines of its own takes them along.
    if (text.slice(lineStart, start).trim() === '' && (text[end] === '\n' || text[end] === '\r')) {
      start = lineStart;
      end = text.indexOf('\n', end) + 1;
    }
    this.#remove(start, end);
  }

  #remove(start: number, end: number): void {
    const from = this.#source.sourceOffset(start);
    const to =
      end < this.#source.text.length ? this.#source.sourceOffset(end) : this.#source.sourceRange(start, end).end;
    this.#edits.push({ range: { start: from, end: to }, newText: '' });
  }
}

/** A run of helpers begins or ends at a target. */
function isNextToTarget(roles: readonly RemovalRole[], index: number): boolean {
  const reaches = (step: 1 | -1): boolean => {
    let at = index;
    while (roles[at] === 'helper') at += step;
    return roles[at] === 'target';
  };
  return reaches(1) || reaches(-1);
}

/** A group is a target when it holds one and nothing that has to stay. */
function together(roles: readonly RemovalRole[]): RemovalRole {
  if (roles.includes('other')) return 'other';
  if (roles.includes('target')) return 'target';
  return roles.includes('helper') ? 'helper' : 'talk';
}

function collectRoles(node: ShellNode, visit: (command: { readonly pos: number; readonly end: number }) => void): void {
  const list = (body: CompoundList | undefined): void => {
    for (const statement of body?.commands ?? []) collectRoles(statement.command, visit);
  };
  switch (node.type) {
    case 'Command':
      visit(node);
      return;
    case 'Pipeline':
    case 'AndOr':
      for (const command of node.commands) collectRoles(command, visit);
      return;
    case 'If':
      list(node.clause);
      list(node.then);
      for (const elif of node.elif) {
        list(elif.clause);
        list(elif.then);
      }
      list(node.else);
      return;
    case 'While':
      list(node.clause);
      list(node.body);
      return;
    case 'For':
    case 'Select':
    case 'ArithmeticFor':
    case 'BraceGroup':
    case 'Subshell':
      list(node.body);
      return;
    case 'Case':
      for (const item of node.items) list(item.body);
      return;
    case 'Redirected':
      collectRoles(node.command, visit);
      return;
    case 'Function':
      if (node.body.type === 'CompoundList') list(node.body);
      else collectRoles(node.body, visit);
      return;
    default:
      return;
  }
}
