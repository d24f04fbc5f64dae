import postgres from 'postgres'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usdFromCents } from '@/lib/kit/money'
import { ACCEPTED, balanceOn, depositRows, fillCard, openCheckout, payButton } from './checkout-form'
import { expect, test } from './product'

const PAYLOADS = [
  '<img src=x onerror="document.title=1337">',
  '"><script>document.title=1337</script>',
  'javascript:document.title=1337//\'"`',
  '{{constructor.constructor("document.title=1337")()}}',
  '<svg/onload=document.title=1337>',
  '</title></script><base href=//evil.example/>',
]

test('names that are markup are shown as the text they are', async ({
  signedIn: page,
  site,
  member,
  watch,
}) => {
  for (const payload of PAYLOADS) {
    const sql = postgres(site.stack.database.ownerUrl, { max: 1 })
    const accountId = member.accountId.toString()
    await sql`update phone_number set nickname = ${payload} where account_id = ${accountId}`
    await sql`update account set name = ${payload} where id = ${accountId}`
    await sql.end()
    const ctx = await member.context()
    await recordUsage(ctx, [
      {
        id: payload,
        numberId: null,
        fareName: payload,
        billedQuantity: 1,
        amount: usdFromCents(0),
        occurredAt: ctx.now(),
      },
    ])
    await page.goto('/billing')
    await expect(
      page.getByRole('list', { name: 'Numbers' }).getByText(payload, { exact: true }),
    ).toBeVisible()
    await expect(page.getByRole('table').getByText(payload, { exact: true })).toBeVisible()
    await expect(page.getByRole('banner').getByText(payload, { exact: true }).first()).toBeVisible()
    await expect(page).toHaveTitle('Billing · Talktime')
  }

  for (const payload of PAYLOADS.slice(0, 2)) {
    await page.goto('/settings/api-keys')
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByLabel('Name').fill(payload)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Done' }).click()
    await expect(
      page.getByRole('list', { name: 'Keys' }).getByText(payload, { exact: true }).first(),
    ).toBeVisible()
    await expect(page).toHaveTitle('API keys · Talktime')
  }
  expect(watch.complaints()).toEqual([])
})

test('a card holder who is markup pays, and is text on every page that follows', async ({
  signedIn: page,
  context,
}) => {
  const [payload = ''] = PAYLOADS
  await page.goto('/billing')
  const form = await openCheckout(page)
  await fillCard(form, { amount: '10.00', number: ACCEPTED, name: payload, save: true })
  await payButton(form).click()
  await expect(balanceOn(page)).toHaveText('$15.00')
  await expect(depositRows(page)).toHaveCount(2)
  const opening = context.waitForEvent('page')
  await page.getByRole('link', { name: /^Invoice in_/ }).click()
  const invoice = await opening
  await expect(invoice).not.toHaveTitle('1337')
  await expect(page).toHaveTitle('Billing · Talktime')
})
