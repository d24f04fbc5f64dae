import type { Page } from '@playwright/test'
import postgres from 'postgres'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import { listNumbers } from '@/lib/core/numbers/list-numbers'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { usdFromCents } from '@/lib/kit/money'
import { moneyString } from '@/lib/kit/money-text'
import { expectWell } from './expect-accessible'
import { expect, test, type Member, type Site } from './product'

const rows = (page: Page) => page.getByRole('list', { name: 'Your numbers' }).getByRole('listitem')
const line = (page: Page, label: string) =>
  page
    .getByRole('dialog')
    .locator('dl > div')
    .filter({ has: page.getByText(label, { exact: true }) })
    .locator('dd')
const ANY = {
  consent: null,
  inboundInstruction: null,
  inboundVoiceGender: null,
  inboundLanguage: null,
  areaCode: null,
  idempotencyKey: null,
}
const numbersOf = async (member: Member) => listNumbers(await member.context())

test('a number is bought at the price that was quoted, and pressing twice buys one', async ({
  signedIn: page,
  member,
}) => {
  const ctx = await member.context()
  const rent = ctx.prices.numberRent
  await page.goto('/numbers')
  await expect(rows(page)).toHaveCount(1)
  await page.getByRole('button', { name: 'Buy number' }).click()
  const dialog = page.getByRole('dialog', { name: 'Buy a number' })
  await expect(line(page, 'From the balance today')).toHaveText(moneyString(rent))
  await expect(line(page, 'Balance now')).toHaveText('$5.00')
  const after = moneyString({ ...rent, micros: usdFromCents(500).micros - rent.micros })
  await expect(line(page, 'Balance after')).toHaveText(after)
  await expect(line(page, 'Paid for')).toHaveText(/^today – \d\d \w{3} \d{4}$/)
  await dialog.getByLabel('Area code').fill('415')
  await dialog.getByRole('button', { name: 'Buy number' }).dblclick()
  await expect(dialog.getByRole('status')).toContainText(/\+1 415 555 01\d\d.*is yours/)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(rows(page)).toHaveCount(2)
  await expect(rows(page).nth(1)).toContainText(`${moneyString(rent)} rent on`)
  await expect(page.getByRole('button', { name: 'Buy number' })).toBeFocused()
  expect(moneyString((await getWallet(await member.context())).balance)).toBe(after)
})

test('an area code that is none, or has no number left, is refused in words', async ({
  signedIn: page,
  member,
}) => {
  await page.goto('/numbers')
  await page.getByRole('button', { name: 'Buy number' }).click()
  const dialog = page.getByRole('dialog', { name: 'Buy a number' })
  const buy = dialog.getByRole('button', { name: 'Buy number' })
  await expect(buy).toBeEnabled()
  await dialog.getByLabel('Area code').fill('12')
  await buy.click()
  await expect(dialog.getByLabel('Area code')).toHaveAttribute('aria-invalid', 'true')
  await expect(dialog.getByLabel('Area code')).toHaveAccessibleDescription(/Three digits/)
  await expect(dialog.getByLabel('Area code')).toHaveValue('12')
  await dialog.getByLabel('Area code').fill('211')
  await buy.click()
  await expect(dialog.getByRole('alert')).toContainText('No number with area code 211 is free')
  expect(await numbersOf(member)).toHaveLength(1)
})

test('without the first month on the balance nothing can be bought, and the way to credits is shown', async ({
  signedIn: page,
  member,
}) => {
  await spend(member, 499)
  await page.goto('/numbers')
  await page.getByRole('button', { name: 'Buy number' }).click()
  const dialog = page.getByRole('dialog', { name: 'Buy a number' })
  await expect(dialog.getByText('The balance does not cover the first month')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Buy number' })).toBeDisabled()
  await expect(dialog.getByRole('link', { name: 'Add credits' })).toHaveAttribute('href', '/billing')
})

test('a number is renamed on the spot, by keyboard alone', async ({ signedIn: page, member }) => {
  const [held] = await numbersOf(member)
  await page.goto('/numbers')
  await page.getByRole('button', { name: /^Rename/ }).press('Enter')
  const field = page.getByLabel(`Name of ${held?.number ?? ''}`)
  await expect(field).toBeFocused()
  await page.keyboard.type('Front desk')
  await page.keyboard.press('Enter')
  await expect(rows(page).getByRole('paragraph').first()).toHaveText('Front desk')
  await expect(page.getByRole('button', { name: 'Rename Front desk' })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.type('Something else')
  await page.keyboard.press('Escape')
  await expect(rows(page).getByRole('paragraph').first()).toHaveText('Front desk')
  expect((await numbersOf(member))[0]?.nickname).toBe('Front desk')
})

test('a number is released only after the question, and is gone', async ({ signedIn: page, member }) => {
  await page.goto('/numbers')
  await page.getByRole('button', { name: /^Release/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Release this number?' })
  await expect(dialog).toContainText('cannot be brought back')
  await expect(dialog).toContainText('No more rent is taken')
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  expect(await numbersOf(member)).toHaveLength(1)
  await page.getByRole('button', { name: /^Release/ }).click()
  await dialog.getByRole('button', { name: 'Release number' }).click()
  await expect(page.getByText('No numbers')).toBeVisible()
  expect(await numbersOf(member)).toEqual([])
})

test('below zero, both pages show the ladder with its dates', async ({ signedIn: page, member }) => {
  const at = (await member.context()).now()
  await spend(member, 700)
  for (const path of ['/billing', '/numbers']) {
    await page.goto(path)
    const steps = page.getByRole('list', { name: 'What happens when' }).getByRole('listitem')
    await expect(steps).toHaveCount(4)
    const dates = await steps
      .locator('time')
      .evaluateAll((times) => times.map((time) => time.getAttribute('datetime')))
    const begins = new Date(dates[0] ?? '').getTime()
    expect(begins).toBeGreaterThanOrEqual(at.getTime())
    expect(dates.map((date) => (new Date(date ?? '').getTime() - begins) / 86_400_000)).toEqual([
      0, 23, 29, 30,
    ])
    await expect(page.locator('[aria-current=step]')).toHaveCount(1)
    await expect(page.getByText('The balance is $2.00 below zero')).toBeVisible()
  }
})

test('someone who may only look is offered nothing to change', async ({ signedIn: page, site, member }) => {
  await makeViewer(site, member)
  await page.goto('/numbers')
  await expect(rows(page)).toHaveCount(1)
  for (const name of ['Buy number', /^Rename/, /^Release/]) {
    await expect(page.getByRole('button', { name })).toHaveCount(0)
  }
})

test('looks right', async ({ signedIn: page, member }) => {
  await buyNumber(await member.context(), ANY)
  await page.goto('/numbers')
  await expectWell(page, 'the numbers')
  await page
    .getByRole('button', { name: /^Rename/ })
    .first()
    .click()
  await expectWell(page, 'renaming')
  await page.keyboard.press('Escape')
  await page
    .getByRole('button', { name: /^Release/ })
    .first()
    .click()
  await expectWell(page, 'releasing')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Buy number' }).click()
  await expect(page.getByText('Balance now')).toBeVisible()
  await expectWell(page, 'buying')
  await page.keyboard.press('Escape')
  await spend(member, 700)
  await page.reload()
  await expect(page.getByText('Your numbers will be released')).toBeVisible()
  await expectWell(page, 'the ladder')
})

/** A call that costs so much. */
async function spend(member: Member, cents: number): Promise<void> {
  const ctx = await member.context()
  const call = { id: `call-${cents.toString()}`, numberId: null, fareName: 'Call', billedQuantity: 1 }
  await recordUsage(ctx, [{ ...call, amount: usdFromCents(cents), occurredAt: ctx.now() }])
}

/** From now on the person may look at the account and change nothing. */
async function makeViewer(site: Site, { accountId }: Member): Promise<void> {
  const sql = postgres(site.stack.database.ownerUrl, { max: 1 })
  await sql`update member set role = 'viewer' where account_id = ${accountId.toString()}`
  await sql.end()
}
