import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd } from '@/lib/kit/money'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { startTopUp } from '@/lib/testing/top-up'
import { expectWell } from './expect-accessible'
import { becomeViewer, expect, test, type Member } from './product'

const MESSAGE = usd(7_500n)

const table = (page: Page) => page.getByRole('table', { name: 'Everything' })
const rows = (page: Page) => table(page).locator('tbody').getByRole('row')
const titles = (page: Page) => rows(page).locator('td:first-child > div:first-child').allTextContents()
const end = (page: Page) => page.getByText('This is everything.')

/** Messages for $0.0075 each, a second apart and named by their turn, the newest now; answers their names, newest first. */
async function sendMessages(member: Member, count: number): Promise<string[]> {
  const ctx = await member.context()
  const now = ctx.now().getTime()
  const names = Array.from({ length: count }, (_, i) => `Message ${i.toString()}`)
  for (let from = 0; from < count; from += 1_000) {
    const batch = names.slice(from, from + 1_000).map((fareName, i) => ({
      id: fareName,
      numberId: null,
      kind: 'sms' as const,
      fareName,
      billedQuantity: 1,
      amount: MESSAGE,
      occurredAt: new Date(now - (count - 1 - from - i) * 1_000),
    }))
    await recordUsage(ctx, batch)
  }
  return names.toReversed()
}

test('scrolling shows everything once, whatever is booked meanwhile', async ({ signedIn: page, member }) => {
  const names = await sendMessages(member, 130)
  await page.goto('/activity')
  await expect(rows(page)).toHaveCount(50)
  const [newest] = await titles(page)
  expect(newest).toBe('Message 129')

  const ctx = await member.context()
  const late = { numberId: null, fareName: 'Booked meanwhile', billedQuantity: 1, amount: MESSAGE }
  await recordUsage(ctx, [{ ...late, id: 'newer', occurredAt: new Date(ctx.now().getTime() + 60_000) }])
  await expect(async () => {
    await page.mouse.wheel(0, 5_000)
    await expect(end(page)).toBeVisible({ timeout: 300 })
  }).toPass()
  const shown = await titles(page)
  expect(shown.filter((title) => title !== 'Welcome credit')).toEqual(names)
  expect(shown.filter((title) => title === 'Welcome credit')).toHaveLength(1)

  await page.reload()
  await expect(rows(page).first()).toContainText('Booked meanwhile')
})

test('the keyboard reads on by the button, and the focus is kept at the end', async ({
  signedIn: page,
  member,
}) => {
  await sendMessages(member, 130)
  await page.goto('/activity')
  const more = page.getByRole('button', { name: 'Show more' })
  await expect(more).toBeVisible()
  await more.focus()
  await expect(async () => {
    if (!(await end(page).isVisible())) await page.keyboard.press('Enter')
    await expect(end(page)).toBeVisible({ timeout: 300 })
  }).toPass()
  await expect(rows(page)).toHaveCount(131)
  await expect(more).toHaveCount(0)
  await expect(page.locator(':focus')).toContainText('This is everything.')
})

test('each row tells what it did to the balance, and the balance after it', async ({
  signedIn: page,
  site,
  member,
}) => {
  await sendMessages(member, 2)
  const { sessionId } = await startTopUp(site.container, member)
  await localStripeControls(site.stack.stripeUrl).pay(sessionId, { cents: 2_500 })
  await expect(async () => {
    await page.goto('/activity?filter=payment-credits')
    await expect(rows(page)).toHaveCount(2, { timeout: 1_000 })
  }).toPass()
  // In either order: Stripe tells the second of a payment, and the account was opened within it.
  const row = (title: string) => rows(page).filter({ hasText: title })
  await expect(row('Card payment')).toHaveText(/^Card paymentInvoice .*\+\$25\.00.*\$29\.985$/)
  await expect(row('Welcome credit')).toHaveText(/^Welcome credit.*\+\$5\.00.*\$5\.00$/)
  await page.getByRole('link', { name: 'Usage and rent' }).click()
  await expect(page).toHaveURL(/filter=usage/)
  await expect(rows(page)).toHaveText([
    /^Message 1.*−\$0\.0075.*\$4\.985$/,
    /^Message 0.*−\$0\.0075.*\$4\.9925$/,
  ])
  await page.getByRole('link', { name: 'All', exact: true }).click()
  await expect(rows(page)).toHaveCount(4)
})

test('a page that could not be read is told, and trying again loses nothing', async ({
  signedIn: page,
  member,
  watch,
}) => {
  watch.allow(/ERR_FAILED|Failed to fetch/)
  const names = await sendMessages(member, 60)
  await page.goto('/activity')
  await page.route('**/activity', (route) => route.abort(), { times: 1 })
  await page.getByRole('button', { name: 'Show more' }).scrollIntoViewIfNeeded()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('The rest could not be read')
  await expect(rows(page)).toHaveCount(50)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(end(page)).toBeVisible()
  expect((await titles(page)).filter((title) => title !== 'Welcome credit')).toEqual(names)
})

test('all of it is exported, with how much it was', async ({ signedIn: page, member }) => {
  await sendMessages(member, 60)
  await page.goto('/activity?filter=usage')
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export CSV' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^talktime-activity-\d{4}-\d\d-\d\d\.csv$/)
  await expect(page.getByText(/Saved: 60 rows, [\d.]+ kB/)).toBeVisible()
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n')
  expect(lines).toHaveLength(61)
  expect(lines[1]).toMatch(/,usage,Message 59,.*,wallet,0\.007500,-0\.007500,4\.550000,$/)
})

test('an export tells how far it is, and can be cancelled', async ({ signedIn: page, member, context }) => {
  await sendMessages(member, 4_000)
  await page.goto('/activity')
  const line = await context.newCDPSession(page)
  await line.send('Network.enable')
  await line.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: 4_000,
    uploadThroughput: -1,
  })
  const saved: string[] = []
  page.on('download', (download) => saved.push(download.suggestedFilename()))
  await page.getByRole('button', { name: 'Export CSV' }).click()
  await expect(page.getByText(/^[1-9][\d,]* rows?, [\d.]+ kB$/)).toBeVisible()
  await expect(page.getByRole('progressbar', { name: 'Export' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel export' }).click()
  await expect(page.getByText('Cancelled, nothing was saved')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Export CSV' })).toBeFocused()
  expect(saved).toEqual([])
})

test('the chart adds up by day and kind, and says the same in figures', async ({
  signedIn: page,
  member,
}) => {
  const ctx = await member.context()
  const now = ctx.now()
  const call = { numberId: null, kind: 'call' as const, fareName: 'Call', billedQuantity: 60 }
  await recordUsage(ctx, [{ ...call, id: 'call', amount: usd(1_250_000n), occurredAt: now }])
  await sendMessages(member, 2)
  await page.goto('/activity')
  await expect(page.getByRole('img', { name: /^Usage by day from .* to .*, \$1\.265 in all$/ })).toBeVisible()
  await page.getByText('Show as a table').click()
  const figures = page.getByRole('region', { name: 'Usage by day in figures' })
  await expect(figures.getByRole('row').first()).toHaveText(/Day.*Calls.*Messages.*Together/)
  await expect(figures.getByRole('row').nth(1)).toHaveText(/\$1\.25 \(1\)\$0\.015 \(2\)\$1\.265 \(3\)$/)
  await page.getByRole('link', { name: '90 days' }).click()
  await expect(page).toHaveURL(/days=90/)
  await expect(page.getByRole('img', { name: /\$1\.265 in all$/ })).toBeVisible()
})

test('a viewer sees the activity, and may take it away', async ({ signedIn: page, site, member }) => {
  await becomeViewer(site, member)
  await page.goto('/activity')
  await expect(page.getByText('No usage in the last 30 days')).toBeVisible()
  await expect(rows(page)).toHaveText([/Welcome credit/])
  await page.getByRole('button', { name: 'Export CSV' }).click()
  await expect(page.getByText(/Saved: 1 row,/)).toBeVisible()
})

test('activity is accessible, not cut off, and nothing moves while it loads', async ({
  signedIn: page,
  member,
}) => {
  await sendMessages(member, 60)
  await page.addInitScript(() => {
    const shifts: string[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const sources: { node?: Node | null }[] = 'sources' in entry ? Object(entry.sources) : []
        // The head of the page is every page's: its words grow a little when their font comes late.
        const isOfPage = sources.some(({ node }) => node?.parentElement?.closest('main') != null)
        if (isOfPage) shifts.push(JSON.stringify(entry))
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/activity')
    await expect(rows(page)).toHaveCount(50)
    await page.waitForLoadState('networkidle')
    expect(await page.evaluate(() => ('shifts' in window ? window.shifts : null))).toEqual([])
  }
  await page.getByText('Show as a table').click()
  await expectWell(page, 'activity')
})
