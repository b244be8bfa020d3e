import type { Locator, Page } from 'playwright-core';
import { insist } from './insist.ts';
import { visibleText } from './visibleText.ts';

/** The active text editor. */
export class Editor {
  readonly #page: Page;
  readonly #area: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#area = page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  async focus(): Promise<void> {
    await this.#area.locator('.view-lines').waitFor();
    await this.#area.locator('.native-edit-context, textarea.inputarea').first().focus();
  }

  /** Puts the cursor at a line and column, both one-based, with "Go to Line". */
  async goTo(line: number, column = 1): Promise<void> {
    await insist(async (timeout) => {
      await this.focus();
      await this.#page.keyboard.press('Control+g');
      const input = this.#page.locator('.quick-input-widget:visible .quick-input-box input');
      await input.fill(`:${line}:${column}`, timeout);
      await input.press('Enter', timeout);
    });
    await this.#page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** The whole text, copied as a person would. */
  async text(): Promise<string> {
    await this.focus();
    return copyAll(this.#page);
  }

  async type(text: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.insertText(text);
  }

  async save(): Promise<void> {
    await this.#page.keyboard.press('Control+s');
    await this.#page.locator('.tab.active:not(.dirty)').waitFor();
  }

  /** The squiggles that are drawn, by severity. */
  squiggles(severity: 'error' | 'warning' | 'info' | 'hint'): Locator {
    return this.#area.locator(`.squiggly-${severity}`);
  }

  /** The titles of the code actions at the cursor, none where VS Code has none; leaves them closed. */
  async quickFixes(): Promise<string[]> {
    const nothing = this.#area
      .locator('.monaco-editor-overlaymessage')
      .filter({ hasText: 'No code actions available' });
    await insist((timeout) => this.#openQuickFixes(timeout, nothing));
    const titles = await this.#actionRows().allInnerTexts();
    await this.#page.keyboard.press('Escape');
    return titles.map((title) => title.trim());
  }

  /** Applies the code action with this title at the cursor. */
  async quickFix(title: string | RegExp): Promise<void> {
    await insist(async (timeout) => {
      await this.#openQuickFixes(timeout);
      await this.#actionRows().filter({ hasText: title }).first().click(timeout);
    });
    await this.#actionRows().first().waitFor({ state: 'hidden' });
  }

  /** Clicks the light bulb of the cursor's line, then the action with this title. */
  async lightBulb(title: string | RegExp): Promise<void> {
    await this.#area
      .locator('.codicon-light-bulb, .codicon-lightbulb-autofix, .codicon-gutter-lightbulb')
      .first()
      .click();
    await this.#actionRows().filter({ hasText: title }).first().click();
    await this.#actionRows().first().waitFor({ state: 'hidden' });
  }

  /** What the pop-up over a place in the text says; the mouse rests there. */
  async hover(text: string | RegExp): Promise<string> {
    await this.#area.locator('.view-line span span').filter({ hasText: text }).first().hover();
    const pop = this.#page.locator('.monaco-hover:visible').first();
    await pop.waitFor();
    return visibleText(pop);
  }

  async #openQuickFixes(timeout: { timeout?: number }, orElse?: Locator): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press('Control+.');
    const rows = this.#actionRows();
    await (orElse === undefined ? rows : rows.or(orElse)).first().waitFor(timeout);
  }

  #actionRows(): Locator {
    return this.#page.locator('.action-widget .monaco-list-row.action');
  }
}

/** Selects everything in the focused editor, copies it and returns the clipboard; leaves nothing selected. */
export async function copyAll(page: Page): Promise<string> {
  await page.evaluate("navigator.clipboard.writeText('')");
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await page.keyboard.press('ArrowRight');
  return String(await page.evaluate('navigator.clipboard.readText()'));
}
