import { afterEach, describe, expect, it } from 'vitest'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { usd, usdFromCents, type Money } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { chargesOf, invoiceStatesOf, openPayer, saveCard, type Payer } from '@/lib/testing/purchases'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, readBooks, type Customer } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { purchaseCredits, type PurchaseInput } from './purchase-credits'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

afterEach(async () => {
  await stripe.calm()
})

const AMOUNT = usdFromCents(2_500)
const buy = async (customer: Customer, wanted: Partial<PurchaseInput> = {}) =>
  purchaseCredits(await customer.context(), {
    amount: AMOUNT,
    paymentMethodId: null,
    idempotencyKey: null,
    ...wanted,
  })
const refusal = async (customer: Customer, wanted: Partial<PurchaseInput> = {}): Promise<BillingError> => {
  const error: unknown = await buy(customer, wanted).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof BillingError) return error
  throw new Error(`expected a refusal, got ${String(error)}`)
}
const books = ({ accountId }: Customer) => readBooks(container(), accountId)
const purchases = ({ accountId }: Customer) =>
  database.db.sql<{ state: string; failure_code: string | null; decline_code: string | null }[]>`
    select state, failure_code, decline_code from purchase where account_id = ${accountId} order by created_at, id`
const expectPaid = async (payer: Payer, times = 1) => {
  expect(await chargesOf(stripe, payer.customerId)).toEqual(Array.from({ length: times }, () => 2_500))
  expect(await books(payer)).toEqual({
    deposits: Array.from({ length: times }, () => 25_000_000n),
    balance: 25_000_000n * BigInt(times),
  })
}
const expectUnpaid = async (payer: Payer) => {
  expect(await chargesOf(stripe, payer.customerId)).toEqual([])
  expect(await books(payer)).toEqual({ deposits: [], balance: 0n })
}

describe('a purchase with a saved card', () => {
  it('is charged, invoiced and credited, and tells the new balance', async () => {
    const payer = await openPayer(container(), stripe)
    const bought = await buy(payer, { paymentMethodId: payer.cardId })
    expect(bought).toMatchObject({ amount: AMOUNT, balance: AMOUNT, postingId: expect.any(BigInt) })
    await expectPaid(payer)
    expect(await invoiceStatesOf(stripe, payer.customerId)).toEqual(['paid'])
    const [row] = await database.db.sql`
      select "trigger", state, method_brand, method_last4, payment_method_id, balance_before_micros, balance_after_micros
        from purchase where id = ${bought.purchaseId}`
    expect(row).toEqual({
      trigger: 'manual',
      state: 'succeeded',
      method_brand: 'visa',
      method_last4: '4242',
      payment_method_id: payer.cardId,
      balance_before_micros: 0n,
      balance_after_micros: 25_000_000n,
    })
  })

  it('takes the default where no card is named', async () => {
    const payer = await openPayer(container(), stripe)
    await saveCard(stripe, payer.customerId, 'pm_card_mastercard')
    const { purchaseId } = await buy(payer)
    const [row] = await database.db.sql`select method_last4 from purchase where id = ${purchaseId}`
    expect(row).toEqual({ method_last4: '4242' })
  })

  it('asks Stripe no more than a read or two and four writes', async () => {
    const payer = await openPayer(container(), stripe)
    await stripe.forgetRequests()
    await buy(payer)
    expect(
      (await stripe.requests()).map(({ method, path }) => `${method} ${path.replace(/\w+_\w{8,}/, ':id')}`),
    ).toEqual([
      'GET /v1/customers/:id',
      'POST /v1/invoices',
      'POST /v1/invoiceitems',
      'POST /v1/invoices/:id/finalize',
      'POST /v1/invoices/:id/pay',
    ])
  })

  it('pays an overdraft back first, and says what is left', async () => {
    const payer = await openPayer(container(), stripe)
    await database.db.sql`
      select ledger.spend(${payer.accountId}, 'usage', 'earlier', 10000000, null, now(), now())`
    expect(await buy(payer)).toMatchObject({ balance: usdFromCents(1_500) })
  })
})

describe('an amount', () => {
  it.each<[string, Money]>([
    ['of nothing', usd(0n)],
    ['below zero', usdFromCents(-2_500)],
    ['of a fraction of a cent', usd(25_000_001n)],
    ['below what Stripe charges', usdFromCents(49)],
    ['above the ceiling', usdFromCents(1_000_001)],
  ])('%s is refused before anything is begun', async (_what, amount) => {
    const payer = await openPayer(container(), stripe)
    const { code, fields } = await refusal(payer, { amount })
    expect(code).toBe('invalid_input')
    expect(Object.keys(fields?.fieldErrors ?? {})).toEqual(['amount'])
    expect(await purchases(payer)).toEqual([])
  })

  it.each([50, 1_000_000])('of %i cents is charged', async (cents) => {
    const payer = await openPayer(container(), stripe)
    await buy(payer, { amount: usdFromCents(cents) })
    expect(await chargesOf(stripe, payer.customerId)).toEqual([cents])
  })
})

describe('a card that cannot be charged', () => {
  it('of somebody else, detached, or never seen is the same as none', async () => {
    const payer = await openPayer(container(), stripe)
    const other = await openPayer(container(), stripe)
    const detached = await saveCard(stripe, payer.customerId, 'pm_card_visa')
    await stripe.client.paymentMethods.detach(detached)
    for (const paymentMethodId of [other.cardId, detached, 'pm_neverSeen', 'card_1', '../x']) {
      expect((await refusal(payer, { paymentMethodId })).code).toBe('payment_method_not_found')
    }
    await expectUnpaid(payer)
    await expectUnpaid(other)
  })

  it('is missing where the account has no default, and where it never paid', async () => {
    const payer = await openPayer(container(), stripe)
    await stripe.client.customers.update(payer.customerId, {
      invoice_settings: { default_payment_method: '' },
    })
    expect((await refusal(payer)).code).toBe('payment_method_missing')
    const customer = await openCustomer(container())
    expect((await refusal(customer)).code).toBe('payment_method_missing')
    expect((await refusal(customer, { paymentMethodId: 'pm_1' })).code).toBe('payment_method_not_found')
  })

  it('was detached between the look at it and the charge: nothing is charged, and nothing stays open', async () => {
    const payer = await openPayer(container(), stripe)
    const ctx = await payer.context()
    const detaching = {
      ...ctx,
      payments: {
        ...ctx.payments,
        chargeInvoice: async (charge: Parameters<typeof ctx.payments.chargeInvoice>[0]) => {
          await stripe.client.paymentMethods.detach(payer.cardId)
          return ctx.payments.chargeInvoice(charge)
        },
      },
    }
    await expect(
      purchaseCredits(detaching, { amount: AMOUNT, paymentMethodId: null, idempotencyKey: null }),
    ).rejects.toMatchObject({ code: 'payment_method_not_found' })
    await expectUnpaid(payer)
    expect(await invoiceStatesOf(stripe, payer.customerId)).toEqual([])
  })

  it('is declined: with the bank’s reason, the invoice void, the purchase failed', async () => {
    const payer = await openPayer(container(), stripe, 'pm_card_chargeCustomerFail')
    const { code, details } = await refusal(payer)
    expect({ code, reason: details?.['decline_reason'] }).toEqual({
      code: 'payment_declined',
      reason: 'generic_decline',
    })
    await expectUnpaid(payer)
    expect(await invoiceStatesOf(stripe, payer.customerId)).toEqual(['void'])
    expect(await purchases(payer)).toEqual([
      { state: 'failed', failure_code: 'card_declined', decline_code: 'generic_decline' },
    ])
  })

  it('has expired', async () => {
    const payer = await openPayer(container(), stripe)
    const body = await stripe.client.paymentMethods.retrieve(payer.cardId)
    const { lastResponse: _response, ...object } = body
    const hidden = { behaviour: 'chargeDeclinedExpiredCard', setUp: true, detached: false }
    await fetch(`${stripe.url}/_emulator/fixtures`, {
      method: 'POST',
      body: JSON.stringify({ objects: [{ body: object, hidden }] }),
    })
    const { code, details } = await refusal(payer)
    expect({ code, reason: details?.['decline_reason'] }).toEqual({
      code: 'payment_declined',
      reason: 'expired_card',
    })
    await expectUnpaid(payer)
  })
})

describe('a customer for whom Stripe holds a balance', () => {
  it('is not charged another amount than was agreed, and loses nothing of it', async () => {
    const payer = await openPayer(container(), stripe)
    const balance = -700
    const { lastResponse: _response, ...customer } = await stripe.client.customers.retrieve(payer.customerId)
    await fetch(`${stripe.url}/_emulator/fixtures`, {
      method: 'POST',
      body: JSON.stringify({ objects: [{ body: { ...customer, balance } }] }),
    })
    expect((await refusal(payer)).code).toBe('conflict')
    await expectUnpaid(payer)
    expect(await stripe.client.customers.retrieve(payer.customerId)).toMatchObject({ balance })
    // The same where it came between the look and the charge.
    const ctx = await payer.context()
    const blind = {
      ...ctx,
      payments: {
        ...ctx.payments,
        payer: async (customerId: string, methodId: string | null) => {
          const found = await ctx.payments.payer(customerId, methodId)
          return found === null ? null : { ...found, hasBalance: false }
        },
      },
    }
    await expect(
      purchaseCredits(blind, { amount: AMOUNT, paymentMethodId: null, idempotencyKey: null }),
    ).rejects.toMatchObject({ code: 'conflict' })
    await expectUnpaid(payer)
    expect(await stripe.client.customers.retrieve(payer.customerId)).toMatchObject({ balance })
    expect(await invoiceStatesOf(stripe, payer.customerId)).toEqual(['void'])
  })
})

describe('an idempotency key', () => {
  it('gives the first answer again, and charges once', async () => {
    const payer = await openPayer(container(), stripe)
    const first = await buy(payer, { idempotencyKey: 'k1' })
    expect(await buy(payer, { idempotencyKey: 'k1' })).toEqual(first)
    await expectPaid(payer)
  })

  it('gives a decline again without asking the bank again', async () => {
    const payer = await openPayer(container(), stripe, 'pm_card_chargeCustomerFail')
    const first = await refusal(payer, { idempotencyKey: 'k1' })
    await stripe.forgetRequests()
    expect((await refusal(payer, { idempotencyKey: 'k1' })).details).toEqual(first.details)
    expect(await stripe.requests()).toEqual([])
  })

  it('stands for one amount and one card', async () => {
    const payer = await openPayer(container(), stripe)
    await buy(payer, { idempotencyKey: 'k1' })
    expect((await refusal(payer, { idempotencyKey: 'k1', amount: usdFromCents(2_600) })).code).toBe(
      'idempotency_key_reused',
    )
    expect((await refusal(payer, { idempotencyKey: 'k1', paymentMethodId: payer.cardId })).code).toBe(
      'idempotency_key_reused',
    )
    await expectPaid(payer)
  })

  it('of twenty clicks at once buys once; the others are told it is running, or what it came to', async () => {
    const payer = await openPayer(container(), stripe)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => buy(payer, { idempotencyKey: 'double-click' })),
    )
    expect(outcomes.some((outcome) => outcome.status === 'fulfilled')).toBe(true)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'in_flight' })
    }
    await expectPaid(payer)
    expect(await buy(payer, { idempotencyKey: 'double-click' })).toMatchObject({ balance: AMOUNT })
  })

  it('of another account is another key', async () => {
    const [one, two] = [await openPayer(container(), stripe), await openPayer(container(), stripe)]
    await buy(one, { idempotencyKey: 'same' })
    await buy(two, { idempotencyKey: 'same' })
    await expectPaid(one)
    await expectPaid(two)
  })

  it('is free again where there was no card to ask for', async () => {
    const payer = await openPayer(container(), stripe)
    await stripe.client.customers.update(payer.customerId, {
      invoice_settings: { default_payment_method: '' },
    })
    expect((await refusal(payer, { idempotencyKey: 'k1' })).code).toBe('payment_method_missing')
    await stripe.client.customers.update(payer.customerId, {
      invoice_settings: { default_payment_method: payer.cardId },
    })
    await buy(payer, { idempotencyKey: 'k1' })
    await expectPaid(payer)
  })
})

describe('without a key', () => {
  it('every call is a purchase', async () => {
    const payer = await openPayer(container(), stripe)
    await Promise.all([buy(payer), buy(payer), buy(payer)])
    await expectPaid(payer, 3)
  })
})

it('a system and an impersonator do not buy', async () => {
  const ctx = await makeContext(container(), { kind: 'system', name: 'test' }, newId('req'))
  const input = { amount: AMOUNT, paymentMethodId: null, idempotencyKey: null }
  await expect(purchaseCredits(ctx, input)).rejects.toMatchObject({ code: 'forbidden' })
  const payer = await openPayer(container(), stripe)
  const impersonator = { ...(await payer.context()), actor: impersonatorOf(payer.accountId) }
  await expect(purchaseCredits(impersonator, input)).rejects.toMatchObject({ code: 'impersonating' })
})

function impersonatorOf(accountId: bigint) {
  const scopes = ['billing:read', 'billing:write'] as const
  return { kind: 'impersonator', accountId, scopes, staffUserId: 'staff', reason: 'a question' } as const
}
