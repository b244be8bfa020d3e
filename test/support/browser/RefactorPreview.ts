import type { Locator, Page } from 'playwright-core';

/** The panel that shows a change of several files before it is applied. */
export class RefactorPreview {
  readonly #panel: Locator;

  constructor(page: Page) {
    this.#panel = page.locator('#refactorPreview');
  }

  /** The files that change, in the panel's order. */
  async files(): Promise<string[]> {
    await this.#panel.locator('.monaco-list-row').first().waitFor();
    return this.#panel.locator('.monaco-list-row .label-name').allInnerTexts();
  }

  async apply(): Promise<void> {
    await this.#panel.getByRole('button', { name: 'Apply' }).click();
    await this.#panel.waitFor({ state: 'hidden' });
  }

  async discard(): Promise<void> {
    await this.#panel.getByRole('button', { name: 'Discard' }).click();
    await this.#panel.waitFor({ state: 'hidden' });
  }
}
