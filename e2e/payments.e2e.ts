import { getWallet } from '@/lib/core/wallets/get-wallet'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { invariant } from '@/lib/kit/assert'
import { usdFromCents } from '@/lib/kit/money'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { balanceOn } from './checkout-form'
import { expectWell } from './expect-accessible'
import { expect, staffPage, test, type Member, type Site } from './product'

test.describe.configure({ timeout: 120_000 })

/** Pays 25.00 at Stripe, and waits until it is on the balance. @returns the payment and its invoice */
async function pay(site: Site, member: Member) {
  const stripe = localStripeControls(site.stack.stripeUrl)
  const before = (await getWallet(await member.context())).balance.micros
  const ctx = await member.context()
  await startCreditsCheckout(ctx, { returnUrl: null, idempotencyKey: null })
  const [order] = await site.container.databases.app.sql<{ session: string }[]>`
    select stripe_session_id as session from credit_order where account_id = ${member.accountId} order by id desc limit 1`
  await stripe.pay(order?.session ?? '', { cents: 2500 })
  await expect
    .poll(async () => (await getWallet(await member.context())).balance.micros)
    .toBe(before + 25_000_000n)
  const { payment_intent: payment, invoice } = await stripe.client.checkout.sessions.retrieve(
    order?.session ?? '',
  )
  invariant(typeof payment === 'string' && typeof invoice === 'string', 'a paid session has both')
  return { stripe, payment, invoice }
}

test('staff refund a payment in part, and the customer reads what became of it and of a dispute', async ({
  browser,
  site,
  member,
  signedIn: customer,
}) => {
  const first = await pay(site, member)
  const ctx = await member.context()
  await recordUsage(ctx, [
    {
      id: 'call',
      numberId: null,
      fareName: 'Outbound call',
      billedQuantity: 3,
      amount: usdFromCents(2_600),
      occurredAt: ctx.now(),
    },
  ])
  const staff = await staffPage(site, browser)
  await staff.goto(`/admin/accounts/${String(member.accountId)}/payments`)
  await expectWell(staff, 'the payments')
  await staff.getByRole('link', { name: `Open payment ${first.invoice}` }).click()
  await expect(staff.getByLabel('Amount')).toHaveValue('25.00')
  await staff.getByLabel('Amount').fill('26')
  await staff.getByLabel('Reason').fill('The customer asked for it.')
  await staff.getByRole('button', { name: 'Preview' }).click()
  await expect(staff.getByLabel('Amount')).toHaveAttribute('aria-invalid', 'true')
  await staff.getByLabel('Amount').fill('10')
  await staff.getByRole('button', { name: 'Preview' }).click()
  const said = staff.getByRole('status').filter({ hasText: 'What this will do' })
  await expect(said).toContainText('Balance after−$6.00')
  await expect(said).toContainText('$6.00 of the credit was used')
  await expectWell(staff, 'the preview')
  await staff.getByRole('button', { name: 'Refund', exact: true }).dblclick()
  await expect(staff.getByText('The payment is refunded')).toBeVisible()
  await staff.getByRole('link', { name: 'To the payments' }).click()
  await expect(staff.getByText('Refunded in part')).toBeVisible()
  await expect(staff.getByText('Left by a refund')).toBeVisible()
  await expectWell(staff, 'the payments with a debt')
  expect((await first.stripe.client.refunds.list({ payment_intent: first.payment })).data).toHaveLength(1)

  await customer.goto('/billing')
  await expect(balanceOn(customer)).toHaveText('−$6.00')
  await expect(customer.getByText('$6.00 is owed for a payment that was refunded')).toBeVisible()
  await expectWell(customer, 'the billing page with a debt')

  const second = await pay(site, member)
  await second.stripe.dispute(second.payment)
  await expect.poll(async () => (await getWallet(await member.context())).balance.micros).toBe(0n)
  await customer.reload()
  await expect(customer.getByText('A payment of $25.00 is disputed')).toBeVisible()
  await expect(customer.getByText('$19.00 of its credit is frozen')).toBeVisible()
  await expectWell(customer, 'the billing page with a dispute')
  await customer.goto('/activity')
  await expect(customer.getByText('Frozen while a payment is disputed').first()).toBeVisible()

  await second.stripe.warnOfFraud(first.payment)
  await staff.goto(`/admin/accounts/${String(member.accountId)}/payments/${second.invoice}`)
  await expect(staff.getByText('The bank decides about this payment')).toBeVisible()
  await expectWell(staff, 'a disputed payment')
  await staff.goto(`/admin/accounts/${String(member.accountId)}/payments/${first.invoice}`)
  await expect(async () => {
    await staff.reload()
    await expect(staff.getByText('Early fraud warning')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await expectWell(staff, 'a payment with a warning')
  await staff.getByLabel('Why the warning is unfounded').fill('The customer called from their own number.')
  await staff.getByRole('button', { name: 'Dismiss the warning' }).click()
  await expect(staff.getByText('Dismissed')).toBeVisible()
})
