import type * as vscode from 'vscode';

/** Owns disposables; what arrives after the store is gone is disposed at once. */
export class DisposableStore implements vscode.Disposable {
  readonly #owned = new Set<vscode.Disposable>();
  #isDisposed = false;

  add<T extends vscode.Disposable>(disposable: T): T {
    if (this.#isDisposed) disposable.dispose();
    else this.#owned.add(disposable);
    return disposable;
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const disposable of this.#owned) disposable.dispose();
    this.#owned.clear();
  }
}
