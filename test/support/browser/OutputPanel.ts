import type { Locator, Page } from 'playwright-core';
import { copyAll } from './Editor.ts';
import { insist } from './insist.ts';
import type { QuickInput } from './QuickInput.ts';

/** The Output panel. */
export class OutputPanel {
  readonly #page: Page;
  readonly #quickInput: QuickInput;
  readonly #lines: Locator;

  constructor(page: Page, quickInput: QuickInput) {
    this.#page = page;
    this.#quickInput = quickInput;
    this.#lines = page.locator('.output-view .view-lines');
  }

  /** Shows a channel by its name. */
  async open(channel: string): Promise<void> {
    await insist(async (timeout) => {
      await this.#quickInput.runCommand('Output: Show Output Channels...');
      await this.#quickInput.choose(channel, timeout);
    });
    await this.#lines.waitFor();
  }

  /** Waits until a line that is drawn (the panel follows the end) matches. */
  async waitFor(text: string | RegExp, options: { timeoutMs?: number } = {}): Promise<void> {
    const line = this.#lines
      .locator('.view-line')
      .filter({ hasText: asDrawn(text) })
      .last();
    await line.waitFor(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs });
  }

  /** The whole text of the channel that is shown, copied as a person would. */
  async text(): Promise<string> {
    await this.#page.locator('.output-view .native-edit-context, .output-view textarea.inputarea').first().focus();
    return copyAll(this.#page);
  }

  /** The lines that are drawn, each span with its colour class. */
  get lines(): Locator {
    return this.#lines.locator('.view-line');
  }
}

/** The editor draws blanks as no-break spaces, which Playwright tells from blanks in a regular expression. */
function asDrawn(text: string | RegExp): string | RegExp {
  return text instanceof RegExp ? new RegExp(text.source.replaceAll(' ', '\\s'), text.flags) : text;
}
