import { localStripeControls } from '@/lib/testing/local-stripe'
import { openCustomer, startTopUp } from '@/lib/testing/top-up'
import { expectWell } from './expect-accessible'
import { becomeStaff, expect, test, type Site } from './product'

test.describe.configure({ timeout: 120_000 })

/** Somebody pays 10.00 at Stripe, whose events are delivered and worked on; the id of its invoice. */
async function payTopUp({ container, stack }: Site): Promise<string> {
  const stripe = localStripeControls(stack.stripeUrl)
  const { sessionId } = await startTopUp(container, await openCustomer(container))
  await stripe.pay(sessionId, { cents: 1000 })
  const { invoice } = await stripe.client.checkout.sessions.retrieve(sessionId)
  return typeof invoice === 'string' ? invoice : ''
}

test('staff replay an event, settle a difference, have all compared and the books proved', async ({
  site,
  member,
  signedIn: page,
}) => {
  await becomeStaff(site, member)
  const invoiceId = await payTopUp(site)
  const { sql } = site.container.databases.app
  await expect(async () => {
    const done = await sql`
      select from stripe_event where subject = ${`invoice:${invoiceId}`} and type = 'invoice.paid' and state = 'done'`
    expect(done).toHaveLength(1)
  }).toPass()
  await sql`
    update stripe_event set state = 'dead', attempts = 10, reason = 'unexpected invoice: status is missing'
     where subject = ${`invoice:${invoiceId}`} and type = 'invoice.paid'`

  await page.goto('/admin/events?state=staff')
  await expect(page.getByRole('region', { name: 'Events from Stripe' })).toContainText('Failing')
  const row = page.getByRole('row').filter({ hasText: 'status is missing' })
  await expect(row).toContainText('$10.00 deposited')
  await expectWell(page, 'the events')
  await row.getByRole('link', { name: 'invoice.paid' }).click()
  await expect(page.getByRole('heading', { name: 'invoice.paid' })).toBeVisible()
  await expectWell(page, 'an event')
  await page.getByRole('link', { name: 'All events' }).click()
  await expect(page).toHaveURL(/\/admin\/events$/)
  await page.getByRole('button', { name: 'Replay chosen' }).click()
  await expect(page.getByText('Choose at least one event.')).toBeVisible()
  await page.getByLabel('Event, object or type').fill(invoiceId)
  await page.keyboard.press('Enter')
  await page.getByRole('row').filter({ hasText: 'status is missing' }).getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Replay chosen' }).click()
  await expect(page.getByText('1 event is worked on again.')).toBeVisible()
  await expect(async () => {
    await page.reload()
    await expect(page.getByRole('row').filter({ hasText: 'invoice.paid' })).toContainText('Done')
  }).toPass()

  await sql`
    select note_difference('invoice', 'in_booked_only', ${member.accountId}, 'missing_at_provider', null, ${5_000_000n}, null,
      false, now())`
  await page.goto('/admin/reconciliation')
  await expectWell(page, 'the reconciliation')
  await page.getByRole('button', { name: 'Accept the difference of in_booked_only' }).click()
  await page.getByLabel('Why it may stay').fill('Paid by bank transfer, see the letter.')
  await expectWell(page, 'accepting')
  await page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click()
  await expect(page.getByText('The books and Stripe agree')).toBeVisible()
  await expect(page.getByRole('table', { name: 'Closed differences' })).toContainText('see the letter')
  await page.getByRole('button', { name: 'Compare now' }).click()
  await expect(page.getByText('The worker compares now')).toBeVisible()
  await expect(async () => {
    await page.reload()
    const runs = page
      .getByRole('table', { name: 'Comparisons' })
      .getByRole('row')
      .filter({ hasText: 'Staff' })
    await expect(runs).toContainText('Done')
  }).toPass()

  await page.goto('/admin/books')
  await page.getByRole('button', { name: 'Prove now' }).click()
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('Every law holds')).toBeVisible()
  }).toPass()
  await expectWell(page, 'the books')

  await page.goto('/admin')
  await expect(page.getByRole('heading', { name: 'How things stand' })).toBeVisible()
  await expectWell(page, 'how things stand')

  await page.goto('/activity')
  await expect(page.getByText(/Matched with Stripe up to .*, 0 differences/)).toBeVisible()
})
