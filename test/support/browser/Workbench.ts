import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { Reaper } from '../reaper.ts';
import { projectRoot } from '../vscode/codeServer.ts';
import { Dialog } from './Dialog.ts';
import { Editor } from './Editor.ts';
import { Notifications } from './Notifications.ts';
import { OutputPanel } from './OutputPanel.ts';
import { ProblemsPanel } from './ProblemsPanel.ts';
import { QuickInput } from './QuickInput.ts';
import { RefactorPreview } from './RefactorPreview.ts';
import { TreeView } from './TreeView.ts';

const actionTimeoutMs = 30_000;

interface WorkbenchParts {
  readonly page: Page;
  readonly folder: string;
  readonly home: string;
  readonly dataDirectory: string;
  readonly reaper: Reaper;
}

/** A window of VS Code as a person uses it: each part by its name, everything by mouse and keyboard. */
export class Workbench {
  /** Playwright's page, for what has no verb here. */
  readonly page: Page;
  /** The open folder. */
  readonly folder: string;
  /** The home folder of the extension host, where it looks for `.ssh`. */
  readonly home: string;
  /** The server's data: `data/User/settings.json`, `data/logs`. */
  readonly dataDirectory: string;
  readonly quickInput: QuickInput;
  readonly editor: Editor;
  readonly problems: ProblemsPanel;
  readonly notifications: Notifications;
  readonly dialog: Dialog;
  readonly output: OutputPanel;
  readonly preview: RefactorPreview;
  readonly #reaper: Reaper;

  constructor({ page, folder, home, dataDirectory, reaper }: WorkbenchParts) {
    page.setDefaultTimeout(actionTimeoutMs);
    this.page = page;
    this.folder = folder;
    this.home = home;
    this.dataDirectory = dataDirectory;
    this.#reaper = reaper;
    this.quickInput = new QuickInput(page);
    this.editor = new Editor(page);
    this.problems = new ProblemsPanel(page, this.quickInput);
    this.notifications = new Notifications(page, this.quickInput);
    this.dialog = new Dialog(page);
    this.output = new OutputPanel(page, this.quickInput);
    this.preview = new RefactorPreview(page);
  }

  /** Resolves when the window is drawn and the extension host answers. */
  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    const activating = this.page.locator('.statusbar-item').filter({ hasText: 'Activating Extensions' });
    await activating.waitFor({ state: 'hidden', timeout: 60_000 });
  }

  /** Opens a file of the folder by its name in "Go to File" (or its path from the folder, where names repeat). */
  async openFile(file: string): Promise<void> {
    const name = path.basename(file);
    // Behind the name stand its folder, and whether it is unsaved.
    await this.quickInput.pick('Control+p', file, new RegExp(`^${name.replaceAll('.', '\\.')}(?![\\w.])`));
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.editor.focus();
  }

  /** Runs a command by its whole title in the command palette, such as `OpenClaw VM: Build`. */
  async runCommand(title: string): Promise<void> {
    await this.quickInput.runCommand(title);
  }

  /** Opens a view container by its title in the activity bar, and returns the view in it. */
  async openView(container: string, view: string): Promise<TreeView> {
    const tab = this.page.locator('.activitybar .action-item', { has: this.page.getByLabel(container) });
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    const tree = new TreeView(this.page, view);
    await tree.pane.waitFor();
    return tree;
  }

  /** The TextMate scopes of a place in the editor, both one-based, as "Inspect Editor Tokens and Scopes" lists them. */
  async scopesAt(line: number, column: number): Promise<string> {
    await this.editor.goTo(line, column);
    await this.runCommand('Developer: Inspect Editor Tokens and Scopes');
    const widget = this.page.locator('.token-inspect-widget');
    await widget.filter({ hasText: 'textmate scopes' }).waitFor();
    const text = await widget.innerText();
    await this.page.keyboard.press('Escape');
    return text;
  }

  /** Presses a button of the editor's title bar. */
  async clickEditorTitle(label: string): Promise<void> {
    await this.page.locator('.editor-actions').getByRole('button', { name: label }).click();
  }

  /** The document inside the webview of the active editor. */
  webview(): FrameLocator {
    return this.page
      .locator('iframe.webview.ready:visible')
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  /** The items of the status bar. */
  statusBar(): Locator {
    return this.page.locator('.part.statusbar .statusbar-item');
  }

  /** Writes a PNG to `out/ui/NAME.png` (or to an absolute path) and returns its path. */
  async screenshot(name: string): Promise<string> {
    const file = path.resolve(projectRoot, 'out/ui', name.endsWith('.png') ? name : `${name}.png`);
    mkdirSync(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
    return file;
  }

  /** Ends the window and the server and removes their folders. */
  async close(): Promise<void> {
    await this.page.context().close();
    await this.#reaper.close();
  }
}
