import { expect, it } from 'vitest'
import { exactCents } from '@/lib/kit/money'
import { invoicesOf, subscribe } from '@/lib/testing/subscriptions'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { changeInterval } from './change-interval'
import { previewSubscription } from './preview-subscription'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

it('a promotion code takes off what the preview says, and an unknown one is refused by its field', async () => {
  const customer = await openCustomer(container())
  await subscribe(container(), stripe, customer)
  const coupon = await stripe.client.coupons.create({ percent_off: 25, duration: 'once' })
  await stripe.client.promotionCodes.create({
    promotion: { type: 'coupon', coupon: coupon.id },
    code: 'AUTUMN25',
  })
  const ctx = await customer.context()
  const ask = (promotionCode: string | null) =>
    previewSubscription(ctx, { interval: 'annual', quantity: null, promotionCode })
  await expect(ask('NOSUCHCODE')).rejects.toMatchObject({
    code: 'invalid_input',
    fields: { fieldErrors: { promotionCode: ['No such promotion code'] } },
  })
  const [plain, reduced] = [await ask(null), await ask('AUTUMN25')]
  expect(exactCents(reduced.discount)).toBeGreaterThan(0)
  expect(exactCents(reduced.amountDue)).toBe(exactCents(plain.amountDue) - exactCents(reduced.discount))
  await changeInterval(ctx, {
    interval: 'annual',
    promotionCode: 'AUTUMN25',
    prorationDate: reduced.prorationDate,
    idempotencyKey: null,
  })
  const charged = (await invoicesOf(stripe, customer)).map((invoice) => invoice.amount_paid)
  expect(charged).toContain(exactCents(reduced.amountDue))
})
