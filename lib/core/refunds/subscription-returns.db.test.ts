import { expect, test } from 'vitest'
import { minutes, openPayments, START, type Said } from '@/lib/testing/refunds/open-payments'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const database = useTestDatabase()

const refund = (id: string, micros: bigint, effect: Said['effect'] = 'claws'): Said => ({
  id,
  kind: 'refund',
  effect,
  micros,
})

/** Books a paid invoice of the account's subscription, with the items of it that collected overdraft. */
async function payInvoice(name: string, invoice: string, items: readonly string[] = []) {
  const [row] = await database.db.sql<{ outcome: string; reason: string | null }[]>`
    select outcome, reason from settle_subscription_invoice(${invoice}, ${`sub_${name}`}, ${`cus_${name}`}, 'month', 1, ${START},
      ${minutes(43_200)}, false, ${[...items]}, 3000, ${minutes(2)}, ${minutes(2)}, '{}')`
  return row
}

/** Overdraft of an account that the next invoice of its subscription collects by an item. */
async function collect(name: string, accountId: bigint, micros: bigint) {
  await database.db.sql`
    insert into overdraft_collection (id, account_id, stripe_subscription_id, amount_micros, state, stripe_item_id, created_at)
    values (${`col_${name}`}, ${accountId}, ${`sub_${name}`}, ${micros}, 'billed', ${`ii_${name}`}, ${START})`
}

test('what repaid overdraft is owed again, whatever other invoices have paid for the subscription', async () => {
  const payments = await openPayments(database, 'repaid')
  await payments.spend('repaid', 1000n)
  await collect('repaid', payments.accountId, 1000n)
  expect(await payInvoice('repaid', 'in_repaid', ['ii_repaid'])).toEqual({ outcome: 'booked', reason: null })
  await payInvoice('repaid', 'in_repaid_next')
  expect(await payments.balance()).toBe(0n)

  await payments.say('in_repaid', [refund('re_part', 1500n)])
  expect(await payments.balance()).toBe(0n)
  const rest = refund('re_rest', 1500n)
  expect(await payments.say('in_repaid', [refund('re_part', 1500n), rest])).toMatchObject({
    outcome: 'applied',
  })
  expect(await payments.balance()).toBe(-1000n)
  expect(await payments.books()).toMatchObject({ subscriptions: 3000n, refunds: 3000n, stripe: -6000n })
  await payments.say('in_repaid', [refund('re_part', 1500n), refund('re_rest', 1500n, 'none')])
  expect(await payments.balance()).toBe(0n)
  expect(await payments.books()).toMatchObject({ subscriptions: 3500n, refunds: 1500n })
})

test('what was refunded before the payment was heard of is settled with it, also where staff must look at the rest', async () => {
  const payments = await openPayments(database, 'parked')
  await payments.spend('parked', 4000n)
  // More than the invoice paid: its item cannot be booked.
  await collect('parked', payments.accountId, 4000n)
  expect(await payments.say('in_parked', [refund('re_parked', 3000n)])).toMatchObject({ outcome: 'parked' })
  expect(await payInvoice('parked', 'in_parked', ['ii_parked'])).toEqual({
    outcome: 'quarantined',
    reason: 'ledger_insufficient',
  })
  expect(await payments.books()).toMatchObject({ refunds: 3000n, stripe: -3000n, overdraft: -4000n })
})
