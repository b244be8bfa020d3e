import type { Locator, Page } from 'playwright-core';
import type { QuickInput } from './QuickInput.ts';
import { visibleText } from './visibleText.ts';

export interface ShownProblem {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  /** Name of the file. */
  readonly file: string;
  /** Who found it, such as `openclaw-vm`. */
  readonly source: string;
  /** The rule, such as `runtime-install`. */
  readonly code: string;
  /** One-based. */
  readonly line: number;
  /** One-based. */
  readonly column: number;
}

/** The Problems panel. */
export class ProblemsPanel {
  readonly #page: Page;
  readonly #quickInput: QuickInput;

  constructor(page: Page, quickInput: QuickInput) {
    this.#page = page;
    this.#quickInput = quickInput;
  }

  async open(): Promise<void> {
    await this.#quickInput.runCommand('Problems: Focus on Problems View');
    await this.#page.locator('.markers-panel').waitFor();
  }

  /** What the panel lists (the rows that fit in it), opening it first. */
  async list(): Promise<ShownProblem[]> {
    await this.open();
    return this.#rows().evaluateAll((rows) => {
      const text = (row: (typeof rows)[number], selector: string): string =>
        row.querySelector(selector)?.textContent?.trim() ?? '';
      let file = '';
      const problems: ShownProblem[] = [];
      for (const row of rows) {
        const level = row.getAttribute('aria-level');
        if (level === '1') file = text(row, '.label-name');
        // Deeper rows are the related places of a problem.
        if (level !== '2') continue;
        const [line = 0, column = 0] = (text(row, '.marker-line').match(/\d+/g) ?? []).map(Number);
        const icon = row.querySelector('.marker-icon')?.className ?? '';
        const severity = icon.includes('error') ? 'error' : icon.includes('warning') ? 'warning' : 'info';
        const message = text(row, '.marker-message');
        const code = text(row, '.marker-code').replace(/^\(|\)$/g, '');
        problems.push({ severity, message, file, source: text(row, '.marker-source'), code, line, column });
      }
      return problems;
    });
  }

  /** Waits until the panel lists a problem with this text, opening it first. */
  async waitFor(text: string | RegExp): Promise<void> {
    await this.open();
    await this.#rows().filter({ hasText: text }).first().waitFor();
  }

  /** Waits until the panel lists no problem with this text. */
  async waitUntilGone(text: string | RegExp): Promise<void> {
    await this.open();
    await this.#rows().filter({ hasText: text }).first().waitFor({ state: 'hidden' });
  }

  /** Goes to the place of the problem with this text and leaves the cursor at its start. */
  async goTo(text: string | RegExp): Promise<void> {
    await this.waitFor(text);
    const row = this.#rows().filter({ hasText: text }).first();
    const place = (await visibleText(row.locator('.marker-line'))).replace(/[[\]]/g, '');
    await row.dblclick();
    // The editor selects the range, then has the keyboard; the status bar tells of both.
    const status = this.#page.locator('.part.statusbar .statusbar-item').filter({ hasText: /^Ln \d+, Col \d+/ });
    await status
      .filter({ hasText: /selected/ })
      .or(status.filter({ hasText: place }))
      .first()
      .waitFor();
    await this.#page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    await this.#page.keyboard.press('ArrowLeft');
    await status.filter({ hasText: place }).waitFor();
  }

  #rows(): Locator {
    return this.#page.locator('.markers-panel .monaco-list-row');
  }
}
