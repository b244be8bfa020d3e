import type { Locator, Page } from 'playwright-core';
import { insist } from './insist.ts';
import { visibleText } from './visibleText.ts';

/** The box at the top of the window: the command palette, quick picks and input boxes. */
export class QuickInput {
  /** The whole box. */
  readonly box: Locator;
  readonly #page: Page;
  readonly #input: Locator;
  readonly #rows: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.box = page.locator('.quick-input-widget:visible');
    this.#input = this.box.locator('.quick-input-box input');
    this.#rows = this.box.locator('.quick-input-list .monaco-list-row');
  }

  /** Presses the keys that bring the box up, such as `F1` or `Control+p`, until it is there. */
  async open(keys: string): Promise<void> {
    await this.#page.keyboard.press(keys);
    try {
      await this.#input.waitFor({ timeout: 3000 });
    } catch {
      // A window that is just loading its keyboard layout drops the first key press.
      await this.#page.keyboard.press(keys);
      await this.#input.waitFor();
    }
  }

  /** Runs a command by its whole title. */
  async runCommand(title: string): Promise<void> {
    await this.pick('F1', `>${title}`, startsWithLabel(title));
  }

  /** Brings the box up with these keys, types a text and clicks the row that it finds. */
  async pick(keys: string, text: string, row: RegExp): Promise<void> {
    await insist(async (timeout) => {
      await this.open(keys);
      await this.#input.fill(text, timeout);
      await this.#option(row).click(timeout);
    });
  }

  /** Waits for a box whose title, prompt or placeholder has this text. */
  async waitFor(text: string | RegExp): Promise<void> {
    const byPlaceholder = this.box.filter({ has: this.#page.getByPlaceholder(text) });
    await this.box.filter({ hasText: text }).or(byPlaceholder).first().waitFor();
  }

  async type(text: string): Promise<void> {
    await this.#input.fill(text);
  }

  /** What is below the input: the prompt, or why the value is not accepted; empty where there is nothing. */
  async message(): Promise<string> {
    const message = this.box.locator('.quick-input-message');
    return (await message.isVisible()) ? visibleText(message) : '';
  }

  /** The labels (with descriptions) of the rows that are drawn. */
  async items(): Promise<string[]> {
    await this.#rows.first().waitFor();
    return this.#rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
  }

  /** Clicks the first row with this label, or whose `label, description` matches. */
  async choose(label: string | RegExp, timeout: { timeout?: number } = {}): Promise<void> {
    await this.#option(typeof label === 'string' ? startsWithLabel(label) : label).click(timeout);
  }

  /** Types an answer into an input box and accepts it. */
  async answer(text: string): Promise<void> {
    await this.type(text);
    await this.#input.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.#input.press('Escape');
    await this.box.waitFor({ state: 'hidden' });
  }

  #option(name: RegExp): Locator {
    return this.box.getByRole('option', { name }).first();
  }
}

/** A row is read out as its label, then a comma and the rest. */
function startsWithLabel(label: string): RegExp {
  return new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(,|$)`);
}
