import type { Locator } from 'playwright-core';

/** The text as it is drawn, with its line breaks. Fails when there is no or more than one such element. */
export async function visibleText(element: Locator): Promise<string> {
  await element.waitFor();
  return (await element.allInnerTexts()).join('\n').trim();
}
