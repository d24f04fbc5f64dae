import { describe, expect, it } from 'vitest'
import { exactCents, usdFromCents, ZERO } from '@/lib/kit/money'
import { buyOne, invoicesOf, passTime, subscribe } from '@/lib/testing/subscriptions'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, type Customer } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { ensureCustomer } from '../customers/ensure-customer'
import { quoteNumber } from '../numbers/quote-number'
import { listPaymentMethods } from '../payment-methods/list-payment-methods'
import { setDefaultPaymentMethod } from '../payment-methods/set-default-payment-method'
import { getWallet } from '../wallets/get-wallet'
import { changeInterval } from './change-interval'
import { previewSubscription } from './preview-subscription'

const DAY = 86_400
const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

const customerIdOf = async (customer: Customer) => ensureCustomer(await customer.context(), null)
const balanceOf = async (customer: Customer) => (await getWallet(await customer.context())).balance

describe('a subscription started with a new card while another is the default', () => {
  /** Someone with a default card, who types another into the Checkout of the subscription. */
  async function subscribeWithAnother() {
    const customer = await openCustomer(container())
    const { id: chosen } = await stripe.client.paymentMethods.attach('pm_card_mastercard', {
      customer: await customerIdOf(customer),
    })
    await setDefaultPaymentMethod(await customer.context(), { paymentMethodId: chosen })
    const subscriptionId = await subscribe(container(), stripe, customer)
    return { customer, chosen, subscriptionId }
  }

  it('leaves the default as it was chosen, and is renewed with it', async () => {
    const { customer, chosen, subscriptionId } = await subscribeWithAnother()
    const methods = await listPaymentMethods(await customer.context())
    expect(methods.map(({ card, isDefault }) => [card?.brand, isDefault])).toEqual([
      ['mastercard', true],
      ['visa', false],
    ])
    const { default_payment_method: renewsWith } = await stripe.client.subscriptions.retrieve(subscriptionId)
    expect(renewsWith).toBe(chosen)
    await passTime(container(), stripe, 32 * DAY)
    const [, renewal] = await invoicesOf(stripe, customer)
    const { payments } = await stripe.client.invoices.retrieve(renewal?.id ?? '', {
      expand: ['payments.data.payment.payment_intent'],
    })
    const intent = payments?.data[0]?.payment.payment_intent
    expect(typeof intent === 'object' && intent.payment_method).toBe(chosen)
  })

  it('comes back to the default where Stripe was told of another meanwhile', async () => {
    const { customer, chosen, subscriptionId } = await subscribeWithAnother()
    const other = (await listPaymentMethods(await customer.context())).find(({ isDefault }) => !isDefault)
    await stripe.client.subscriptions.update(subscriptionId, { default_payment_method: other?.id ?? '' })
    await passTime(container(), stripe, DAY + 1)
    const { default_payment_method: renewsWith } = await stripe.client.subscriptions.retrieve(subscriptionId)
    expect(renewsWith).toBe(chosen)
  })
})

describe('overdraft that a change collects', () => {
  /** Subscribed, and 3.456789 below zero, which the next invoice is to collect. */
  async function owing(): Promise<Customer> {
    const customer = await openCustomer(container())
    await subscribe(container(), stripe, customer)
    const now = await container().clock.read()
    await container().databases.app.sql`
      select ledger.spend(${customer.accountId}, 'usage', 'usage:beyond', 3456789, null, ${now}, ${now})`
    await passTime(container(), stripe, 60)
    return customer
  }

  const annually = async (customer: Customer) =>
    previewSubscription(await customer.context(), { interval: 'annual', quantity: null, promotionCode: null })

  it('is told with the preview, and is in the balance once the change is paid', async () => {
    const customer = await owing()
    const { repaid, amountDue, prorationDate } = await annually(customer)
    expect(repaid).toEqual(usdFromCents(346))
    await changeInterval(await customer.context(), {
      interval: 'annual',
      promotionCode: null,
      prorationDate,
      idempotencyKey: null,
    })
    expect((await invoicesOf(stripe, customer)).at(-1)?.amount_paid).toBe(exactCents(amountDue))
    expect((await balanceOf(customer)).micros).toBe(3_460_000n - 3_456_789n)
    expect((await annually(customer)).repaid).toEqual(ZERO)
  })

  it('is in the balance after a number more, as it was quoted', async () => {
    const customer = await owing()
    const quote = await quoteNumber(await customer.context())
    expect(quote).toMatchObject({ kind: 'card', balanceAfter: { micros: 3_211n } })
    await buyOne(customer)
    expect(await balanceOf(customer)).toEqual(quote.balanceAfter)
  })

  it('is nobody else’s', async () => {
    await owing()
    const other = await openCustomer(container())
    await subscribe(container(), stripe, other)
    expect((await annually(other)).repaid).toEqual(ZERO)
  })
})
