import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Has axe look at the page as it is now; `where` names the state in a failure. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(', ')}`)
  expect(found, where).toEqual([])
}

/** By how many pixels the page is wider than the window; 0 where nothing is cut off. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}
