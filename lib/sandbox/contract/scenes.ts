import Stripe from 'stripe'

export const card = (number = '4242424242424242', save = false) => ({
  kind: 'new-card',
  number,
  expMonth: 12,
  expYear: 2040,
  cvc: '123',
  name: 'Ada Example',
  save,
})

export const givenCustomer = (stripe: Stripe) =>
  stripe.customers.create({ email: 'ada@example.com', name: 'Ada Example' })

/** A price whose amount the customer types: 5.00 to 1,000.00 USD. */
export async function givenCreditsPrice(stripe: Stripe): Promise<Stripe.Price> {
  const product = await stripe.products.create({ name: 'Credits' })
  return stripe.prices.create({
    product: product.id,
    currency: 'usd',
    custom_unit_amount: { enabled: true, minimum: 500, maximum: 100_000, preset: 2500 },
  })
}

type Scene = Readonly<{ stripe: Stripe; customer: string; price: string }>

/** The Checkout of a top-up: embedded, with an invoice, and with the offer to save the card. */
export const givenCheckout = (
  { stripe, customer, price }: Scene,
  more: Partial<Stripe.Checkout.SessionCreateParams> = {},
) =>
  stripe.checkout.sessions.create({
    mode: 'payment',
    ui_mode: 'embedded_page',
    customer,
    line_items: [{ price, quantity: 1 }],
    return_url: 'https://example.com/back?session={CHECKOUT_SESSION_ID}',
    invoice_creation: { enabled: true, invoice_data: { metadata: { order: 'ord_1' } } },
    saved_payment_method_options: { payment_method_save: 'enabled' },
    metadata: { order: 'ord_1' },
    ...more,
  })

/** A payment of 10.00 USD by a new customer, whose card then does what its name says. */
export async function paidBy(stripe: Stripe, method: string): Promise<{ intent: string; charge: string }> {
  const customer = (await givenCustomer(stripe)).id
  const paid = await stripe.paymentIntents.create({
    amount: 1000,
    currency: 'usd',
    customer,
    payment_method: method,
    confirm: true,
    off_session: true,
  })
  const { latest_charge: charge } = paid
  return { intent: paid.id, charge: typeof charge === 'string' ? charge : '' }
}

/** The types of the last hundred events that are about this object, oldest first. */
export async function eventsAbout(stripe: Stripe, id: string): Promise<string[]> {
  const { data } = await stripe.events.list({ limit: 100 })
  return data
    .filter(({ data: { object } }) => 'id' in object && object.id === id)
    .map(({ type }) => type)
    .reverse()
}

/** What a refused call throws. @throws where it was not refused. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const outcome = await call.then(
    () => null,
    (error: unknown) => error,
  )
  if (outcome instanceof Stripe.errors.StripeError) return outcome
  throw new Error(`The call was not refused by Stripe: ${String(outcome)}`)
}
