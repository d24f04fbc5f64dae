import { expect, it } from 'vitest'
import type { InvoiceSnapshot } from '@/lib/core/ports/payment-provider'
import { usdFromCents } from '@/lib/kit/money'
import { memberActor } from '@/lib/testing/test-context'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, readBooks, startTopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { settleCheckout } from './settle-checkout'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

it('asks Stripe about sessions of the account only', async () => {
  const foreign = await startTopUp(container(), await openCustomer(container()))
  const ctx = await (await openCustomer(container())).context()
  await stripe.forgetRequests()
  for (const id of [foreign.sessionId, 'cs_unheard_of', 'cs_a/../b', 'in_1', `cs_${'x'.repeat(300)}`, '']) {
    await expect(settleCheckout(ctx, id)).rejects.toMatchObject({ code: 'not_found' })
  }
  expect((await stripe.requests()).filter(({ path }) => path.startsWith('/v1/checkout'))).toEqual([])
})

it.each(['void', 'uncollectible'] as const)(
  'says of a %s invoice that it expired, never paid',
  async (status) => {
    const topUp = await startTopUp(container(), await openCustomer(container()))
    expect(await stripe.pay(topUp.sessionId, { cents: 2500 })).toMatchObject({ kind: 'complete' })
    const ctx = await topUp.customer.context()
    const invoice = async (id: string): Promise<InvoiceSnapshot | null> => {
      const found = await ctx.payments.invoice(id)
      return found && { ...found, status, paidByCharge: null, paidAt: null }
    }
    const answer = await settleCheckout({ ...ctx, payments: { ...ctx.payments, invoice } }, topUp.sessionId)
    expect(answer).toEqual({ state: 'expired', paid: null })
    expect((await readBooks(container(), topUp.customer.accountId)).deposits).toEqual([])
  },
)

it('tells of a Checkout that is booked what the books know, and does not ask Stripe again', async () => {
  const topUp = await startTopUp(container(), await openCustomer(container()))
  await stripe.pay(topUp.sessionId, { cents: 2500 })
  const ctx = await topUp.customer.context()
  const booked = { state: 'credited', paid: usdFromCents(2500) }
  expect(await settleCheckout(ctx, topUp.sessionId)).toEqual(booked)
  await stripe.forgetRequests()
  const { accountId } = topUp.customer
  const viewer = memberActor(accountId, 'u', 'viewer')
  for (const actor of [ctx.actor, viewer]) {
    expect(await settleCheckout({ ...ctx, actor }, topUp.sessionId)).toEqual(booked)
  }
  expect(await stripe.requests()).toEqual([])
})
