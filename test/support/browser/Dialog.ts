import type { Locator, Page } from 'playwright-core';
import { visibleText } from './visibleText.ts';

/** A question in the middle of the window that blocks the rest (a modal message). */
export class Dialog {
  readonly #box: Locator;

  constructor(page: Page) {
    this.#box = page.locator('.monaco-dialog-box');
  }

  /** Waits for a dialog with this text and returns all of it. */
  async waitFor(text: string | RegExp): Promise<string> {
    const box = this.#box.filter({ hasText: text });
    await box.waitFor();
    return visibleText(box.locator('.dialog-message-container'));
  }

  /** Presses a button by its label. */
  async click(button: string): Promise<void> {
    await this.#box.getByRole('button', { name: button, exact: true }).click();
  }
}
