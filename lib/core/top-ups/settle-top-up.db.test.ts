import { beforeAll, describe, expect, it } from 'vitest'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const database = useTestDatabase()
const PAID_AT = new Date('2026-11-21T12:00:00Z')
const NOW = new Date('2026-11-21T12:00:05Z')

let accountId: bigint

beforeAll(async () => {
  accountId = await openAccount('cus_own')
  await openAccount('cus_other')
})

async function openAccount(customerId: string): Promise<bigint> {
  const [account] = await database.db.sql<{ id: bigint }[]>`
    insert into account (name, stripe_customer_id) values (${customerId}, ${customerId}) returning id`
  if (account === undefined) throw new Error('the account was inserted')
  await database.db.sql`select ledger.open(${account.id}, 'USD')`
  return account.id
}

async function placeOrder(orderId: string, state = 'open'): Promise<string> {
  await database.db.sql`
    insert into credit_order (id, account_id, stripe_customer_id, livemode, state, requested_by, created_at)
    values (${orderId}, ${accountId}, 'cus_own', false, ${state}, 'user:test', ${NOW})`
  return orderId
}

type Paid = { invoice: string; customer: string; order: string | null; currency: string; livemode: boolean }

async function settle(
  paid: Pick<Paid, 'invoice' | 'order'> & Partial<Paid>,
  eventIds: string[] = [],
  micros = 25_000_000n,
) {
  const { customer = 'cus_own', currency = 'USD', livemode = false } = paid
  const [row] = await database.db.sql<
    { outcome: string; reason: string | null; account_id: bigint | null }[]
  >`
    select outcome, reason, account_id from settle_top_up(${paid.invoice}, ${customer}, ${paid.order}, ${currency},
      ${livemode}, ${micros}, ${PAID_AT}, ${NOW}, ${eventIds})`
  return row
}

async function receive(eventId: string): Promise<string> {
  await database.db.sql`
    insert into stripe_event (id, type, source, payload, stripe_created_at)
    values (${eventId}, 'invoice.paid', 'webhook', '{}', ${NOW})`
  return eventId
}

const deposits = (reference: string) => database.db.sql<
  { account_id: bigint; total_micros: bigint; code: string }[]
>`
  select account_id, total_micros, code from ledger.posting where reference = ${reference}`
const orderState = async (orderId: string) =>
  (await database.db.sql<{ state: string }[]>`select state from credit_order where id = ${orderId}`)[0]?.state
const eventState = async (eventId: string) =>
  (
    await database.db.sql<{ state: string; reason: string | null }[]>`
    select state, reason from stripe_event where id = ${eventId}`
  )[0]

describe('settle_top_up', () => {
  it('books the deposit, the order and the inbox rows together', async () => {
    const order = await placeOrder('ord_together')
    const event = await receive('evt_together')
    expect(await settle({ invoice: 'in_together', order }, [event])).toMatchObject({
      outcome: 'booked',
      account_id: accountId,
    })
    expect(await deposits('in_together')).toMatchObject([{ code: 'deposit_card', total_micros: 25_000_000n }])
    expect(await orderState(order)).toBe('paid')
    expect(await eventState(event)).toEqual({ state: 'done', reason: null })
  })

  it('books one deposit for a hundred calls at once, and answers them all alike', async () => {
    const order = await placeOrder('ord_hundred')
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => settle({ invoice: 'in_hundred', order })),
    )
    expect(new Set(answers.map((answer) => answer?.outcome))).toEqual(new Set(['booked']))
    expect(await deposits('in_hundred')).toHaveLength(1)
  })

  it('finds a settled order by its invoice, even if the metadata is gone', async () => {
    const order = await placeOrder('ord_metadata')
    await settle({ invoice: 'in_metadata', order })
    expect(await settle({ invoice: 'in_metadata', order: null })).toMatchObject({ outcome: 'booked' })
  })

  it('books an order that was closed before its payment was heard of', async () => {
    const order = await placeOrder('ord_expired', 'expired')
    expect(await settle({ invoice: 'in_expired', order })).toMatchObject({ outcome: 'booked' })
    expect(await orderState(order)).toBe('paid')
  })

  it.each([
    ['no order', { order: null }, 'order_unknown'],
    ['an order that we do not have', { order: 'ord_nobody' }, 'order_unknown'],
    ["another account's customer", { customer: 'cus_other' }, 'customer_differs'],
    ['a customer that is nobody here', { customer: 'cus_nobody' }, 'customer_differs'],
    ['another currency', { currency: 'EUR' }, 'currency_differs'],
    ['the other mode', { livemode: true }, 'livemode_differs'],
  ])('books nothing for an invoice of %s, and shows it to staff', async (name, change, reason) => {
    const order = await placeOrder(`ord_${name}`)
    const event = await receive(`evt_${name}`)
    const invoice = `in_${name}`
    expect(await settle({ invoice, order, ...change }, [event])).toMatchObject({
      outcome: 'quarantined',
      reason,
    })
    expect(await deposits(invoice)).toEqual([])
    expect(await orderState(order)).toBe('open')
    expect(await eventState(event)).toEqual({ state: 'quarantined', reason })
  })

  it('books nothing for a second invoice of one order', async () => {
    const order = await placeOrder('ord_twice')
    await settle({ invoice: 'in_first', order })
    expect(await settle({ invoice: 'in_second', order })).toMatchObject({
      outcome: 'quarantined',
      reason: 'order_paid_by_another_invoice',
    })
    expect(await deposits('in_second')).toEqual([])
  })

  it('never books another amount under the same invoice', async () => {
    const order = await placeOrder('ord_amount')
    await settle({ invoice: 'in_amount', order })
    expect(await settle({ invoice: 'in_amount', order }, [], 99_000_000n)).toMatchObject({
      outcome: 'quarantined',
      reason: 'ledger_mismatch',
    })
    expect(await deposits('in_amount')).toMatchObject([{ total_micros: 25_000_000n }])
  })
})
