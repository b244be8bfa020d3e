import * as vscode from 'vscode';
import { LineIndex } from '../../core/text/LineIndex.ts';
import { isDockerfilePath, isSkillPath } from '../../core/workspace/isProjectFile.ts';
import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';

/** What the pointer rests on, explained: a finding's rule, a stanza that bakes a binary, a binary that a skill requires. */
export class Explanations implements vscode.HoverProvider {
  readonly #lint: WorkspaceLint;

  constructor(lint: WorkspaceLint) {
    this.#lint = lint;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const found = await Promise.all([this.#ruleAt(document, position), this.#binaryAt(document, position)]);
    const hovers = found.filter((hover) => hover !== undefined);
    const [first] = hovers;
    // A finding may be about the very binary: then both are said.
    return first === undefined
      ? undefined
      : new vscode.Hover(
          hovers.flatMap(({ contents }) => contents),
          first.range,
        );
  }

  async #ruleAt(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const result = await this.#lint.resultFor(document);
    const here = (result?.problemsByPath.get(result.pathOf(document.uri)) ?? []).flatMap((problem) => {
      const range = result?.rangeOf(problem.path, problem.range);
      return range?.contains(position) === true ? [{ ruleId: problem.ruleId, range }] : [];
    });
    const [first] = here;
    if (first === undefined) return undefined;
    const { explainRule } = await import('#checks');
    const texts = [...new Set(here.map(({ ruleId }) => explainRule(ruleId)))].filter((text) => text !== undefined);
    return texts.length === 0 ? undefined : new vscode.Hover(texts.map(asMarkdown), first.range);
  }

  async #binaryAt(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const path = this.#lint.pathOf(document);
    if (path === undefined || !(isDockerfilePath(path) || isSkillPath(path))) return undefined;
    const { binaryAt, describeBinary, projectBinaries } = await import('#checks');
    const project = await this.#lint.projectOf(document);
    const catalog = project === undefined ? undefined : projectBinaries(project).catalog;
    const text = document.getText();
    const lines = new LineIndex(text);
    const found = binaryAt(path, text, lines.lineStart(position.line) + position.character, catalog);
    if (found === undefined) return undefined;
    const [start, end] = [lines.positionAt(found.range.start), lines.positionAt(found.range.end)];
    const range = new vscode.Range(start.line, start.column, end.line, end.column);
    return new vscode.Hover(asMarkdown(describeBinary(found.binary)), range);
  }
}

/** Not trusted: nothing in it can run a command. */
function asMarkdown(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString(text);
}
