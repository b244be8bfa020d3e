import type { Locator, Page } from 'playwright-core';
import { insist } from './insist.ts';

const menuDeafMs = 200;

/** A tree view of the side bar. */
export class TreeView {
  /** The whole view with its title. */
  readonly pane: Locator;
  readonly #page: Page;

  constructor(page: Page, title: string) {
    this.#page = page;
    const header = page.locator(`.pane-header[aria-label="${title} Section"]`);
    this.pane = page.locator('.sidebar .pane', { has: header });
  }

  /** The row whose label (with description) has this text; the first of several. */
  row(text: string | RegExp): TreeRow {
    return new TreeRow(this.#page, this.pane.getByRole('treeitem').filter({ hasText: text }).first());
  }

  /** What is drawn, one string a row, indented by two spaces a level. */
  async rows(): Promise<string[]> {
    return this.pane.getByRole('treeitem').evaluateAll((rows) =>
      rows.map((row) => {
        const level = Number(row.getAttribute('aria-level') ?? 1);
        const label = row.querySelector('.label-name')?.textContent ?? '';
        const description = row.querySelector('.label-description')?.textContent ?? '';
        return `${'  '.repeat(level - 1)}${`${label} ${description}`.trim()}`;
      }),
    );
  }

  /** Presses a button of the view's title bar, or takes an entry of the menu that the bar ends with. */
  async clickTitleAction(label: string): Promise<void> {
    await this.pane.hover();
    // The only view of a container has its buttons in the title of the container.
    const bar = this.#page.locator('.part.sidebar').locator('.title-actions:visible, .pane-header .actions:visible');
    const button = bar.getByRole('button', { name: label, exact: true });
    if ((await button.count()) > 0) return button.first().click();
    await bar.getByRole('button', { name: 'More Actions...' }).first().click();
    await chooseMenuItem(this.#page, label);
  }

  /** Presses a button of the welcome text, which an empty view shows. */
  async clickWelcome(label: string): Promise<void> {
    await this.pane.locator('.welcome-view').getByRole('button', { name: label }).click();
  }
}

/** One row of a tree. */
export class TreeRow {
  readonly element: Locator;
  readonly #page: Page;

  constructor(page: Page, element: Locator) {
    this.#page = page;
    this.element = element;
  }

  /** Where it does not come, the error says what the trees of the side bar show instead. */
  async waitFor(options: { timeoutMs?: number } = {}): Promise<void> {
    try {
      await this.element.waitFor(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs });
    } catch (error) {
      const rows = await this.#page.locator('.sidebar').getByRole('treeitem').allInnerTexts();
      if (error instanceof Error) error.message += `\nThe side bar shows:\n${rows.join('\n')}`;
      throw error;
    }
  }

  async click(): Promise<void> {
    await this.element.click();
  }

  async expand(): Promise<void> {
    await this.element.waitFor();
    await insist(async (timeout) => {
      if ((await this.element.getAttribute('aria-expanded')) === 'true') return;
      await this.element.locator('.monaco-tl-twistie').click(timeout);
      await this.element.and(this.#page.locator('[aria-expanded="true"]')).waitFor(timeout);
    });
    await this.#page.locator('.monaco-tl-twistie.codicon-tree-item-loading').first().waitFor({ state: 'hidden' });
  }

  async collapse(): Promise<void> {
    if ((await this.element.getAttribute('aria-expanded')) === 'true') {
      await this.element.locator('.monaco-tl-twistie').click();
    }
  }

  /** What a screen reader says of the row. */
  async accessibleText(): Promise<string> {
    return (await this.element.getAttribute('aria-label')) ?? '';
  }

  /** Presses one of the buttons that the row shows under the mouse. */
  async clickInline(label: string): Promise<void> {
    await this.element.hover();
    await this.element.getByRole('button', { name: label }).click();
  }

  /** The context menu's entries; leaves it closed. */
  async menuItems(): Promise<string[]> {
    // Not those of the window's own menu, which are there before.
    const items = this.#page.locator('.monaco-menu').getByRole('menuitem').filter({ visible: true });
    await insist(async (timeout) => {
      await this.element.click({ button: 'right', ...timeout });
      await items.first().waitFor(timeout);
    });
    const labels = await items.allInnerTexts();
    await this.#page.keyboard.press('Escape');
    return labels.map((label) => label.trim()).filter((label) => label !== '');
  }

  /** Takes an entry of the context menu. */
  async clickMenu(label: string): Promise<void> {
    await insist(async (timeout) => {
      await this.element.click({ button: 'right', ...timeout });
      try {
        await chooseMenuItem(this.#page, label, timeout);
      } catch (error) {
        // The tree drew its lines anew at the very click: what is open is the menu of what was there before.
        await this.#page.keyboard.press('Escape');
        throw error;
      }
    });
  }
}

async function chooseMenuItem(page: Page, label: string, timeout: { timeout?: number } = {}): Promise<void> {
  const item = page.locator('.monaco-menu').getByRole('menuitem', { name: label, exact: true });
  await item.waitFor(timeout);
  // A menu ignores the mouse in its first moments, so that the click that opened it does not choose.
  await page.waitForTimeout(menuDeafMs);
  await item.click(timeout);
  await item.waitFor({ state: 'hidden' });
}
