import * as vscode from 'vscode';

const filteredContextKey = 'openclawVm.filtered';

/** The text that what the sidebar shows must hold; empty for all. */
export class TreeFilter implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  #text = '';

  readonly onDidChange = this.#changed.event;

  get text(): string {
    return this.#text;
  }

  set(text: string): void {
    this.#text = text.trim();
    void vscode.commands.executeCommand('setContext', filteredContextKey, this.#text !== '');
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
