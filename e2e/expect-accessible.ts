import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'

/** A phone and a desktop, in the light and in the dark; what a page is first seen in comes last. */
const LOOKS = [
  { width: 390, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
  { width: 1440, colorScheme: 'dark' },
  { width: 1440, colorScheme: 'light' },
] as const

/** Has axe look at the page as it is now; `where` names the state in a failure. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] })
  // Frames of others must be asked one by one, for which axe opens a page of its own each time.
  if (page.frames().length === 1) axe.setLegacyMode()
  const { violations } = await axe.analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(', ')}`)
  expect(found, where).toEqual([])
}

/** Has axe look at the page as it is now in every look; in none may it be wider than the window. */
export async function expectWell(page: Page, where: string): Promise<void> {
  // axe is slow on a busy machine, and a test looks at many states.
  test.setTimeout(test.info().timeout + 20_000)
  for (const { width, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await page.evaluate(settleColours)
    const look = `${where}, ${colorScheme}, ${String(width)} wide`
    await expectAccessible(page, look)
    expect(await overflow(page), look).toBe(0)
  }
}

/** By how many pixels the page is wider than the window; 0 where nothing is cut off. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

/** Colours fade into those of the other theme; axe would measure them on their way. */
async function settleColours(): Promise<void> {
  const fading = document.getAnimations().filter((animation) => animation instanceof CSSTransition)
  await Promise.all(fading.map(({ finished }) => finished.catch(() => undefined)))
}
