import postgres from 'postgres'
import { getNumberPlans } from '@/lib/core/numbers/get-number-plans'
import { getSubscriptionPlan } from '@/lib/core/subscriptions/get-subscription-plan'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { ACCEPTED } from './checkout-form'
import { expectWell } from './expect-accessible'
import { expect, test, type Member, type Site } from './product'
import { fact, line, subscribeMember } from './subscription-page'

test.describe.configure({ timeout: 120_000 })

const planOf = async (member: Member) => getSubscriptionPlan(await member.context())

test('a subscription is paid in Checkout, covers the number at once, and stops top-ups', async ({
  signedIn: page,
  member,
}) => {
  await page.goto('/subscription')
  await expect(page.getByRole('radio', { name: /Monthly/ })).toBeChecked()
  await expect(page.getByText('$12.00').first()).toBeVisible()
  await page.getByRole('radio', { name: /Annual/ }).check()
  await page.getByRole('radio', { name: /Monthly/ }).check()
  await page.getByRole('button', { name: 'Subscribe' }).click()
  const form = page.getByRole('dialog', { name: 'Subscribe' }).frameLocator('iframe')
  await form.getByLabel('Card number').fill(ACCEPTED)
  await form.getByLabel('Expires').fill('12 / 40')
  await form.getByLabel('CVC').fill('123')
  await form.getByLabel('Name on card').fill('Ada Example')
  await form.getByRole('button', { name: 'Subscribe' }).click()
  await expect(page.getByRole('region', { name: 'Your subscription' })).toBeVisible({ timeout: 30_000 })
  await expect(fact(page, 'Billed')).toHaveText('Every month')
  await expect(fact(page, 'Numbers covered')).toHaveText('1 of 1 paid for')
  expect(await planOf(member)).toMatchObject({ interval: 'monthly', units: 1, covered: 1 })

  await page.goto('/billing')
  await expect(page.getByRole('button', { name: 'Add credits' })).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Add credits' })).toHaveAccessibleDescription(
    /subscription covers your numbers/,
  )
  await page.goto('/numbers')
  await expect(page.getByText(/Covered, renewed \d\d \w{3} \d{4}/)).toBeVisible()
})

test.describe('with a subscription', () => {
  test.beforeEach(async ({ site, member, signedIn: page }) => {
    await subscribeMember(site, member)
    await page.goto('/subscription')
  })

  test('the switch charges what was shown, with the promotion code that was shown', async ({
    signedIn: page,
    site,
    member,
  }) => {
    const stripe = localStripeControls(site.stack.stripeUrl)
    const coupon = await stripe.client.coupons.create({ percent_off: 25, duration: 'once' })
    await stripe.client.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'AUTUMN25',
    })
    await page.getByRole('button', { name: 'Switch to annual billing' }).click()
    const due = line(page, 'Charged to your card today')
    await expect(due).toHaveText(/^\$\d/)
    await expect(line(page, 'Balance after')).toHaveText('$5.00')
    const withoutCode = await due.textContent()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Promotion code').fill('NOSUCHCODE')
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await expect(dialog.getByLabel('Promotion code')).toHaveAccessibleDescription(/No such promotion code/)
    await expect(dialog.getByRole('button', { name: 'Confirm and pay' })).toBeDisabled()
    await dialog.getByLabel('Promotion code').fill('AUTUMN25')
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await expect(line(page, 'Discount with AUTUMN25')).toHaveText(/^−\$\d/)
    await expect(due).not.toHaveText(withoutCode ?? '')
    const quoted = await due.textContent()
    await dialog.getByRole('button', { name: 'Confirm and pay' }).click()
    await expect(fact(page, 'Billed')).toHaveText('Every year')
    const sql = ownerOf(site)
    const [row] = await sql<{ id: string }[]>`
      select stripe_customer_id as id from account where id = ${member.accountId.toString()}`
    await sql.end()
    const invoices = await stripe.client.invoices.list({ customer: row?.id ?? '', limit: 1 })
    const paid = invoices.data[0]?.amount_paid ?? 0
    expect(`$${Math.floor(paid / 100).toString()}.${(paid % 100).toString().padStart(2, '0')}`).toBe(quoted)
  })

  test('it is cancelled for the period’s end, and resumed', async ({ signedIn: page, member }) => {
    await page.getByRole('button', { name: 'Cancel subscription' }).click()
    await page.getByRole('button', { name: 'Keep it' }).click()
    expect((await planOf(member))?.cancelAtPeriodEnd).toBe(false)
    await page.getByRole('button', { name: 'Cancel subscription' }).click()
    await page.getByRole('button', { name: 'Cancel at period end' }).click()
    await expect(fact(page, 'Ends')).toHaveText(/^\d\d \w{3} \d{4}$/)
    expect((await planOf(member))?.cancelAtPeriodEnd).toBe(true)
    await page.getByRole('button', { name: 'Resume subscription' }).click()
    await expect(fact(page, 'Renews')).toHaveText(/for 1 number$/)
    expect((await planOf(member))?.cancelAtPeriodEnd).toBe(false)
  })

  test('a number more is quoted for the card, charged and covered; a released one leaves a unit free', async ({
    signedIn: page,
    member,
  }) => {
    await page.goto('/numbers')
    await page.getByRole('button', { name: 'Buy number' }).click()
    await expect(line(page, 'Charged to your card today')).toHaveText(/^\$\d/)
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Buy number' }).click()
    await expect(dialog.getByText('the subscription covers it from now on')).toBeVisible()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page
      .getByRole('button', { name: /^Release/ })
      .first()
      .click()
    await expect(dialog).toContainText('It frees a unit of your subscription')
    await dialog.getByRole('button', { name: 'Release number' }).click()
    await expect(page.getByText('A unit of the subscription is free')).toBeVisible()
    await page.getByRole('button', { name: 'Buy number' }).click()
    await expect(line(page, 'a unit is free')).toHaveText('$0.00')
    expect((await getNumberPlans(await member.context())).numbers).toMatchObject([{ mode: 'FIXED' }])
  })

  test('someone who may only look is offered nothing to change', async ({ signedIn: page, site, member }) => {
    const sql = ownerOf(site)
    await sql`update member set role = 'viewer' where account_id = ${member.accountId.toString()}`
    await sql.end()
    await page.reload()
    await expect(page.getByRole('region', { name: 'Your subscription' })).toBeVisible()
    await expect(page.getByRole('main').getByRole('button')).toHaveCount(0)
  })
})

test('looks right', async ({ signedIn: page, site, member }) => {
  await page.goto('/subscription')
  await expect(page.getByRole('radio', { name: /Monthly/ })).toBeVisible()
  await expectWell(page, 'the offer')
  await subscribeMember(site, member)
  await page.reload()
  await expectWell(page, 'the plan')
  await page.getByRole('button', { name: 'Switch to annual billing' }).click()
  await expect(page.getByText('Charged to your card today')).toBeVisible()
  await expectWell(page, 'the switch')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Cancel subscription' }).click()
  await expectWell(page, 'cancelling')
})

function ownerOf(site: Site) {
  return postgres(site.stack.database.ownerUrl, { max: 1 })
}
