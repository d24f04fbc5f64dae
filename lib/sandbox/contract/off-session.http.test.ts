import { describe, expect, it } from 'vitest'
import { payOnInvoicePage } from '@/lib/testing/purchases'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { givenCustomer, refusal } from './scenes'

const contract = useStripeContract()

/** A customer with a saved card, and an open invoice of 10.00 USD. */
async function givenInvoice(method: string) {
  const { stripe } = contract
  const customer = (await givenCustomer(stripe)).id
  const card = await stripe.paymentMethods.attach(method, { customer })
  const draft = await stripe.invoices.create({
    customer,
    currency: 'usd',
    auto_advance: false,
    metadata: { order: 'ord_2' },
  })
  await stripe.invoiceItems.create({
    customer,
    invoice: draft.id,
    amount: 1000,
    currency: 'usd',
    description: 'Credits',
  })
  const open = await stripe.invoices.finalizeInvoice(draft.id, { auto_advance: false })
  return { stripe, customer, card: card.id, draft, open }
}

describe('an invoice', () => {
  it('goes from draft to open to paid by a saved card', async () => {
    const { stripe, card, draft, open } = await givenInvoice('pm_card_visa')
    expect(draft).toMatchObject({ status: 'draft', number: null, amount_due: 0 })
    expect(draft.hosted_invoice_url ?? null).toBeNull()
    expect(open).toMatchObject({
      status: 'open',
      amount_due: 1000,
      amount_remaining: 1000,
      metadata: { order: 'ord_2' },
    })
    expect(open.lines.data).toMatchObject([{ amount: 1000, description: 'Credits' }])
    const paid = await stripe.invoices.pay(open.id, { payment_method: card, expand: ['payments'] })
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 1000, amount_remaining: 0 })
    expect(paid.payments?.data).toMatchObject([{ status: 'paid', amount_paid: 1000 }])
    expect(await refusal(stripe.invoices.pay(open.id))).toMatchObject({ statusCode: 400 })
  })

  it('stays open when the card is declined, counts the attempt, and is voided once', async () => {
    const { stripe, card, open } = await givenInvoice('pm_card_chargeCustomerFail')
    const error = await refusal(stripe.invoices.pay(open.id, { payment_method: card, off_session: true }))
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code: 'card_declined' })
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({
      status: 'open',
      attempt_count: 1,
      attempted: true,
    })
    expect(await stripe.invoices.voidInvoice(open.id)).toMatchObject({ status: 'void' })
    expect(await refusal(stripe.invoices.voidInvoice(open.id))).toMatchObject({ statusCode: 400 })
    expect(await refusal(stripe.invoices.pay(open.id, { payment_method: card }))).toMatchObject({
      statusCode: 400,
    })
  })

  it('waits for the customer when the bank asks, and gives the secret to answer with', async () => {
    const { stripe, card, open } = await givenInvoice('pm_card_authenticationRequired')
    const error = await refusal(stripe.invoices.pay(open.id, { payment_method: card }))
    expect(error).toMatchObject({ code: 'invoice_payment_intent_requires_action' })
    const after = await stripe.invoices.retrieve(open.id, { expand: ['confirmation_secret'] })
    expect(after.status).toBe('open')
    expect(after.confirmation_secret?.client_secret).toMatch(/^pi_\w+_secret_\w+$/)
  })

  it.skipIf(AGAINST_STRIPE)('is paid on its own page once the customer has answered their bank', async () => {
    const { stripe, customer, card, open } = await givenInvoice('pm_card_authenticationRequired')
    await refusal(stripe.invoices.pay(open.id, { payment_method: card }))
    const page = open.hosted_invoice_url ?? ''
    await payOnInvoicePage(page, 'denied')
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({ status: 'open' })
    // The card that was tried was let go with the refusal: the page has the customer's default.
    const settings = { invoice_settings: { default_payment_method: card } }
    await stripe.customers.update(customer, settings)
    await payOnInvoicePage(page, 'approved')
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({ status: 'paid', amount_paid: 1000 })
    await payOnInvoicePage(page, 'approved')
    const charges = await stripe.charges.list({ customer: customer })
    expect(charges.data.filter((charge) => charge.paid)).toHaveLength(1)
  })

  it('cannot be paid with a card of somebody else, nor without any', async () => {
    const { stripe, open } = await givenInvoice('pm_card_visa')
    const other = await givenInvoice('pm_card_visa')
    expect(await refusal(stripe.invoices.pay(open.id, { payment_method: other.card }))).toMatchObject({
      statusCode: 400,
    })
    expect(await refusal(stripe.invoices.pay(open.id))).toMatchObject({ statusCode: 400 })
  })

  it('of nothing is paid by finalizing it; a draft can be deleted, an open one cannot', async () => {
    const { stripe } = contract
    const customer = (await givenCustomer(stripe)).id
    const empty = await stripe.invoices.create({ customer, currency: 'usd' })
    expect(await stripe.invoices.finalizeInvoice(empty.id)).toMatchObject({ status: 'paid', amount_paid: 0 })
    const draft = await stripe.invoices.create({ customer, currency: 'usd' })
    expect(await stripe.invoices.del(draft.id)).toMatchObject({ deleted: true })
    const { open } = await givenInvoice('pm_card_visa')
    expect(await refusal(stripe.invoices.del(open.id))).toMatchObject({ statusCode: 400 })
    expect(await refusal(stripe.invoices.update(open.id, { description: 'late' }))).toMatchObject({
      statusCode: 400,
    })
  })
})

describe('an off-session payment', () => {
  const pay = async (method: string) => {
    const { stripe } = contract
    const customer = (await givenCustomer(stripe)).id
    const card = await stripe.paymentMethods.attach(method, { customer })
    return stripe.paymentIntents.create({
      amount: 700,
      currency: 'usd',
      customer,
      payment_method: card.id,
      off_session: true,
      confirm: true,
    })
  }

  it('succeeds with a good card', async () => {
    expect(await pay('pm_card_visa')).toMatchObject({ status: 'succeeded', amount_received: 700 })
  })

  it.each([
    ['pm_card_chargeCustomerFail', 'card_declined'],
    ['pm_card_authenticationRequired', 'authentication_required'],
  ])('with %s is refused as %s', async (method, code) => {
    const error = await refusal(pay(method))
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code })
    expect(error.payment_intent).toMatchObject({ status: 'requires_payment_method' })
  })
})

describe('a saved card', () => {
  it.each(['pm_card_visa_chargeDeclined', 'pm_card_visa_chargeDeclinedInsufficientFunds'])(
    'cannot be made of %s',
    async (method) => {
      const customer = (await givenCustomer(contract.stripe)).id
      expect(await refusal(contract.stripe.paymentMethods.attach(method, { customer }))).toMatchObject({
        statusCode: 402,
      })
    },
  )

  it('becomes the default, is detached for good, and is nobody else’s', async () => {
    const { stripe } = contract
    const [mine, theirs] = [(await givenCustomer(stripe)).id, (await givenCustomer(stripe)).id]
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: mine })
    const settings = { invoice_settings: { default_payment_method: card.id } }
    expect(await stripe.customers.update(mine, settings)).toMatchObject(settings)
    expect(await refusal(stripe.customers.update(theirs, settings))).toMatchObject({ statusCode: 400 })
    expect(await refusal(stripe.customers.retrievePaymentMethod(theirs, card.id))).toMatchObject({
      statusCode: 404,
    })
    expect(await stripe.paymentMethods.detach(card.id)).toMatchObject({ customer: null })
    expect((await stripe.customers.listPaymentMethods(mine)).data).toEqual([])
    expect(await refusal(stripe.paymentMethods.attach(card.id, { customer: mine }))).toMatchObject({
      statusCode: 400,
    })
  })
})
