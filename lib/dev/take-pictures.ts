import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { resolveBrowser } from '@/lib/testing/browser/resolve-browser'
import { LaunchError } from './launch-error'
import { PROJECT } from './processes/start-program'
import { PASSWORD, PEOPLE } from './seed/people'

const FOLDER = path.join(PROJECT, 'public', 'pictures')
const VIEWPORT = { width: 1280, height: 1000 }

/** A page, and what is there once it is whole. */
const PAGES = [
  {
    name: 'billing',
    path: '/billing',
    whole: (page: Page) => page.getByRole('list', { name: 'Payment methods' }),
  },
  { name: 'activity', path: '/activity', whole: (page: Page) => page.getByRole('row').nth(5) },
] as const

/**
 * `npm run pictures [address]`: takes the README's pictures of the demo that is running there, each page in the light and
 * in the dark.
 */
async function takePictures(address: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  const { executablePath } = await resolveBrowser()
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ colorScheme, viewport: VIEWPORT, deviceScaleFactor: 2 })
      await signIn(page, address)
      for (const { name, path: place, whole } of PAGES) {
        await page.goto(new URL(place, address).href)
        await whole(page).waitFor()
        await page.evaluate(() => document.fonts.ready)
        const file = path.join(FOLDER, `${name}-${colorScheme}.png`)
        await page.screenshot({ path: file })
        console.log(path.relative(PROJECT, file))
      }
    }
  } finally {
    await browser.close()
  }
}

async function signIn(page: Page, address: string): Promise<void> {
  await page.goto(new URL('/sign-in', address).href)
  await page.getByLabel('E-mail').fill(PEOPLE.owner.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/billing')
}

const address = process.argv[2] ?? 'http://localhost:3000'
const isRunning = await fetch(new URL('/api/health/live', address)).then(
  (answer) => answer.ok,
  () => false,
)
if (!isRunning) throw new LaunchError(`Nothing answers at ${address}: start the demo first (npm run demo).`)
await takePictures(address)
