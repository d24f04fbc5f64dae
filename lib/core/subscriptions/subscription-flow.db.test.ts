import { describe, expect, it } from 'vitest'
import { getBilling } from '@/lib/core/wallets/get-billing'
import { usdFromCents } from '@/lib/kit/money'
import { buyOne, invoicesOf, passTime, subscribeAtStripe } from '@/lib/testing/subscriptions'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { changeInterval } from './change-interval'
import { previewSubscription } from './preview-subscription'
import { cancelAtPeriodEnd, resumeSubscription } from './set-cancellation'

const DAY = 86_400
const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

describe('a subscription', () => {
  it('covers, takes a number more, changes, ends and goes on', async () => {
    const customer = await openCustomer(container())
    await subscribeAtStripe(container(), stripe, customer)
    const billing = async () => getBilling(await customer.context())
    expect(await billing()).toMatchObject({
      subscription: { quantity: 1, interval: 'monthly', cancelAtPeriodEnd: false },
      numbers: [{ mode: 'FIXED' }],
    })
    await passTime(container(), stripe, 10 * DAY)
    const preview = await previewSubscription(await customer.context(), {
      interval: null,
      quantity: 2,
      promotionCode: null,
    })
    expect(preview.amountDue.micros).toBeGreaterThan(0n)
    const number = await buyOne(customer)
    expect(number.mode).toBe('FIXED')
    const invoices = await invoicesOf(stripe, customer)
    expect(invoices.map((invoice) => invoice.total)).toEqual([1_200, expect.any(Number)])
    const annual = await previewSubscription(await customer.context(), {
      interval: 'annual',
      quantity: null,
      promotionCode: null,
    })
    await cancelAtPeriodEnd(await customer.context())
    expect(await billing()).toMatchObject({ subscription: { cancelAtPeriodEnd: true } })
    await resumeSubscription(await customer.context())
    expect(await billing()).toMatchObject({ subscription: { cancelAtPeriodEnd: false } })
    expect(
      await changeInterval(await customer.context(), {
        interval: 'annual',
        promotionCode: null,
        prorationDate: annual.prorationDate,
        idempotencyKey: 'k',
      }),
    ).toEqual({ changed: true, interval: 'annual' })
    const [, , change] = await invoicesOf(stripe, customer)
    expect(usdFromCents(change?.amount_paid ?? 0)).toEqual(annual.amountDue)
    expect(await billing()).toMatchObject({ subscription: { interval: 'annual', quantity: 2 } })
  })
})
