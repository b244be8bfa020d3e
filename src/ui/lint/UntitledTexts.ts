import * as vscode from 'vscode';
import { isProjectFile } from '../../core/workspace/isProjectFile.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import type { ProjectTexts } from './ProjectTexts.ts';

/** How a file in a language is usually called: the checks judge by the name. */
const usualNames: Readonly<Record<string, string>> = { dockerfile: 'Dockerfile', dockercompose: 'compose.yaml' };

/** A document that was never saved: a project of its own, under the name that it will probably have. */
export class UntitledTexts implements ProjectTexts {
  readonly folder: vscode.Uri;
  readonly onDidChange: vscode.Event<void> = () => new vscode.Disposable(() => undefined);
  readonly #document: vscode.TextDocument;
  readonly #path: string;

  constructor(document: vscode.TextDocument, name: string) {
    this.#document = document;
    this.folder = document.uri;
    this.#path = `/${name}`;
  }

  /** `undefined` where neither the language nor the name says that the checks know it. */
  static nameOf({ uri, languageId }: vscode.TextDocument): string | undefined {
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    return isProjectFile(`/${name}`) ? name : usualNames[languageId];
  }

  async read(ownBinaries: unknown): Promise<ProjectFiles> {
    return { root: '/', texts: new Map([[this.#path, this.#document.getText()]]), ownBinaries };
  }

  concerns(document: vscode.TextDocument): boolean {
    return document.uri.toString() === this.folder.toString();
  }

  uriOf(): vscode.Uri {
    return this.folder;
  }

  pathOf(): string {
    return this.#path;
  }

  dispose(): void {
    // Nothing is watched.
  }
}
