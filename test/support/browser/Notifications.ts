import type { Locator, Page } from 'playwright-core';
import type { QuickInput } from './QuickInput.ts';
import { visibleText } from './visibleText.ts';

/** The messages at the lower right corner. */
export class Notifications {
  readonly #toasts: Locator;
  readonly #quickInput: QuickInput;

  constructor(page: Page, quickInput: QuickInput) {
    this.#quickInput = quickInput;
    this.#toasts = page.locator('.notifications-toasts .notification-list-item');
  }

  /** The messages that are shown now. */
  async list(): Promise<string[]> {
    const texts = await this.#toasts.locator('.notification-list-item-message').allInnerTexts();
    return texts.map((text) => text.trim());
  }

  /** Waits for a message with this text and returns all of it. */
  async waitFor(text: string | RegExp, options: { timeoutMs?: number } = {}): Promise<string> {
    const message = this.#toast(text).locator('.notification-list-item-message');
    await message.waitFor(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs });
    return visibleText(message);
  }

  /** Presses a button of the message with this text. */
  async click(text: string | RegExp, button: string): Promise<void> {
    const toast = this.#toast(text);
    // The buttons of a long message are folded until the mouse is on it.
    await toast.hover();
    await toast.getByRole('button', { name: button }).click();
  }

  /** Closes everything that is shown. */
  async clear(): Promise<void> {
    await this.#quickInput.runCommand('Notifications: Clear All Notifications');
    await this.#toasts.first().waitFor({ state: 'hidden' });
  }

  #toast(text: string | RegExp): Locator {
    return this.#toasts.filter({ hasText: text }).first();
  }
}
