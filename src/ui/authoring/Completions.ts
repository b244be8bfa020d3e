import * as vscode from 'vscode';
import { LineIndex } from '../../core/text/LineIndex.ts';
import { isDockerfilePath } from '../../core/workspace/isProjectFile.ts';
import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';

/** What our comments may say: the catalog's names behind `# openclaw-vm: `, the rules' ids behind `# openclaw-vm ignore=`. */
export class Completions implements vscode.CompletionItemProvider {
  readonly #lint: WorkspaceLint;

  constructor(lint: WorkspaceLint) {
    this.#lint = lint;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const before = document.lineAt(position.line).text.slice(0, position.character);
    const marker = /^#[ \t]*openclaw-vm:[ \t]*(\S*)$/.exec(before);
    if (marker !== null) return this.#binaries(document, position, marker[1] ?? '');
    const ignored = /^[ \t]*#[ \t]*openclaw-vm[ \t]+ignore(?:-file)?=((?:[\w-]+,)*)([\w-]*)$/.exec(before);
    if (ignored !== null) return ruleItems(position, (ignored[1] ?? '').split(','), ignored[2] ?? '');
    const word = /^[ \t]*#[ \t]*openclaw-vm[ \t]+([\w-]*)$/.exec(before);
    return word === null ? [] : ['ignore', 'ignore-file'].map((name) => ignoreItem(name, position, word[1] ?? ''));
  }

  async #binaries(
    document: vscode.TextDocument,
    position: vscode.Position,
    typed: string,
  ): Promise<vscode.CompletionItem[]> {
    const path = this.#lint.pathOf(document);
    if (path === undefined || !isDockerfilePath(path)) return [];
    const { describeBinary, projectBinaries, stanzaCompletions } = await import('#checks');
    const project = await this.#lint.projectOf(document);
    const { catalog } = projectBinaries(project ?? { root: '/', texts: new Map() });
    const text = document.getText();
    const lines = new LineIndex(text);
    // What stands behind the cursor, such as a version, belongs to the marker that is replaced.
    const range = new vscode.Range(position.translate(0, -typed.length), document.lineAt(position.line).range.end);
    const isBare = document.lineAt(position.line).text[position.character - typed.length - 1] === ':';
    return stanzaCompletions(text, lines.lineStart(position.line), catalog).map((completion) => {
      const { binary, builder } = completion;
      const label = { label: binary.name, description: binary.version ?? binary.source.kind };
      const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Module);
      item.detail = binary.summary;
      item.documentation = new vscode.MarkdownString(describeBinary(binary));
      item.insertText = `${isBare ? ' ' : ''}${completion.text}`;
      item.range = { inserting: range, replacing: range };
      item.filterText = binary.name;
      if (builder !== undefined) {
        const at = lines.positionAt(builder.range.start);
        const start = new vscode.Position(at.line, at.column);
        item.additionalTextEdits = [vscode.TextEdit.insert(start, builder.newText)];
      }
      return item;
    });
  }
}

async function ruleItems(
  position: vscode.Position,
  named: readonly string[],
  typed: string,
): Promise<vscode.CompletionItem[]> {
  const { explainRule, ruleList } = await import('#checks');
  return ruleList()
    .filter(({ id }) => !named.includes(id))
    .map(({ id, summary }) => {
      const item = new vscode.CompletionItem(id, vscode.CompletionItemKind.EnumMember);
      item.detail = summary;
      item.documentation = new vscode.MarkdownString(explainRule(id));
      item.range = new vscode.Range(position.translate(0, -typed.length), position);
      return item;
    });
}

function ignoreItem(name: string, position: vscode.Position, typed: string): vscode.CompletionItem {
  const item = new vscode.CompletionItem(name, vscode.CompletionItemKind.Keyword);
  item.detail = name === 'ignore' ? 'Silences rules for what is below' : 'Silences rules for the whole file';
  item.insertText = `${name}=`;
  item.range = new vscode.Range(position.translate(0, -typed.length), position);
  item.command = { command: 'editor.action.triggerSuggest', title: 'Suggest' };
  return item;
}
