import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '@/lib/db/client'
import { usd } from '@/lib/kit/money'
import { listDebts } from '@/lib/core/refunds/list-debts'
import { listPayments } from '@/lib/core/refunds/list-payments'
import { minutes, openPayments, START, type Payments, type Said } from '@/lib/testing/refunds/open-payments'
import { addStaff } from '@/lib/testing/staff'
import { memberActor, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { dismissWarning } from './dismiss-warning'
import { getPaymentTrouble } from './get-payment-trouble'

const database = useTestDatabase()

const said = (id: string, kind: Said['kind'], effect: Said['effect'], micros: bigint): Said => ({
  id,
  kind,
  effect,
  micros,
})

const troubleOf = ({ accountId }: Payments, db = database.db) =>
  getPaymentTrouble(testContext({ db, actor: memberActor(accountId, randomUUID(), 'viewer') }))
const asStaff = async () => testContext({ db: database.db, actor: await addStaff(database.db) })

describe('getPaymentTrouble', () => {
  it('says nothing of an account whose payments stand', async () => {
    const payments = await openPayments(database, 'quiet')
    await payments.pay('quiet', 1000n)
    await payments.say('in_quiet', [said('re_quiet', 'refund', 'claws', 100n)])
    expect(await troubleOf(payments)).toEqual({ frozen: [], owed: [] })
  })

  it('tells what is frozen and what is owed, also to whoever only looks', async () => {
    const payments = await openPayments(database, 'loud')
    await payments.pay('loud_a', 1000n)
    await payments.spend('loud', 900n)
    await payments.say('in_loud_a', [said('dp_loud', 'dispute', 'claws', 1000n)])
    const readonly = openDatabase(database.readonlyUrl, { poolSize: 1, applicationName: 'test' })
    try {
      const owed = [{ id: 'dp_loud', kind: 'dispute', left: usd(900n), paidAt: START }]
      expect(await troubleOf(payments, readonly)).toEqual({ frozen: [], owed })
    } finally {
      await readonly.close()
    }
    await payments.pay('loud_b', 2000n, 12)
    await payments.say('in_loud_b', [said('dp_loud_b', 'dispute', 'holds', 1500n)], { at: 13 })
    expect(await troubleOf(payments)).toMatchObject({
      owed: [],
      frozen: [
        { id: 'dp_loud_b', kind: 'dispute', amount: usd(1500n), held: usd(1100n), paidAt: minutes(12) },
      ],
    })
  })
})

describe('a warning of fraud', () => {
  it('freezes what is left until staff dismiss it, and never again', async () => {
    const payments = await openPayments(database, 'warned')
    await payments.pay('warned', 1000n)
    const warning = said('issfr_warned', 'warning', 'holds', 1000n)
    await payments.say('in_warned', [warning])
    expect(await payments.balance()).toBe(0n)
    const ctx = await asStaff()
    const dismissal = { warningId: 'issfr_warned', reason: 'The customer called us.' }
    await expect(
      dismissWarning(ctx, { ...dismissal, accountId: payments.accountId + 1n }),
    ).rejects.toMatchObject({
      code: 'not_found',
    })
    const member = await addStaff(database.db)
    await database.db.sql`
      insert into member (account_id, user_id, role) values (${payments.accountId}, ${member.userId}, 'viewer')`
    await expect(
      dismissWarning(testContext({ db: database.db, actor: member }), {
        ...dismissal,
        accountId: payments.accountId,
      }),
    ).rejects.toMatchObject({ code: 'forbidden' })
    expect(await payments.balance()).toBe(0n)
    for (const _ of [1, 2]) await dismissWarning(ctx, { ...dismissal, accountId: payments.accountId })
    await payments.say('in_warned', [warning])
    expect(await payments.balance()).toBe(1000n)
    const acts = await database.db.sql<{ action: string }[]>`
      select action from audit_event where account_id = ${payments.accountId} and action like 'dispute.%' order by id`
    expect(acts.map(({ action }) => action)).toEqual(['dispute.warned', 'dispute.dismissed'])
  })
})

describe('what staff read', () => {
  it('lists payments by pages, each with what takes it back, and no other account’s', async () => {
    const payments = await openPayments(database, 'many')
    const other = await openPayments(database, 'others')
    await other.pay('others', 1000n)
    for (let count = 0; count < 27; count++) await payments.pay(`many_${String(count)}`, 100n, count)
    await payments.say('in_many_26', [said('re_many', 'refund', 'claws', 30n)], { at: 40 })
    const ctx = await asStaff()
    const first = await listPayments(ctx, { accountId: payments.accountId, before: null })
    const second = await listPayments(ctx, { accountId: payments.accountId, before: first.nextBefore })
    expect(first.payments).toHaveLength(25)
    expect(first.payments[0]).toMatchObject({
      invoiceId: 'in_many_26',
      returns: [{ id: 're_many', clawed: usd(30n) }],
    })
    expect(second.payments.map(({ invoiceId }) => invoiceId)).toEqual(['in_many_1', 'in_many_0'])
    expect(second.nextBefore).toBeNull()
    expect(await listDebts(ctx, { accountId: payments.accountId })).toEqual([])
  })
})

describe('an invoice that is closed after its payment was booked', () => {
  it('has its deposit taken back, once, and what was frozen of it set free', async () => {
    const payments = await openPayments(database, 'closed')
    await payments.pay('closed', 1000n)
    await payments.spend('closed', 300n)
    await payments.say('in_closed', [said('dp_closed', 'dispute', 'holds', 1000n)])
    const undo = async () => {
      const [row] = await database.db.sql<{ outcome: string }[]>`
        select outcome from reverse_closed_payment('in_closed', ${minutes(20)})`
      return row?.outcome
    }
    expect(await undo()).toBe('reversed')
    expect(await undo()).toBe('nothing')
    expect(await payments.books()).toEqual({ overdraft: -300n, usage: 300n })
  })
})

describe('a payment for a subscription', () => {
  it('goes back from subscriptions, and what it collected for the wallet from the wallet', async () => {
    const payments = await openPayments(database, 'sub')
    const { accountId } = payments
    const { sql } = database.db
    await payments.spend('sub', 40n)
    await sql`select ledger.pay_subscription(${accountId}, 'in_sub', 100, ${minutes(2)}, ${minutes(2)})`
    await sql`select ledger.repay(${accountId}, 'due_sub', 40, ${minutes(2)}, ${minutes(2)})`
    await owned(
      (owner) => owner`
        insert into subscription_invoice (account_id, id, stripe_subscription_id, interval, quantity, period_start, period_end,
          proration, paid_micros, paid_at)
        values (${String(accountId)}, 'in_sub', 'sub_1', 'monthly', 1, ${START}, ${minutes(50)}, false, 100, ${minutes(2)})`,
    )
    await payments.say('in_sub', [said('re_sub', 'refund', 'claws', 30n)])
    expect(await payments.books()).toMatchObject({ subscriptions: 30n, refunds: 30n })
    expect(await payments.balance()).toBe(0n)
    await payments.say('in_sub', [
      said('re_sub', 'refund', 'claws', 30n),
      said('dp_sub', 'dispute', 'holds', 100n),
    ])
    expect(await payments.books()).not.toHaveProperty('held')
    await payments.say('in_sub', [
      said('re_sub', 'refund', 'claws', 30n),
      said('dp_sub', 'dispute', 'claws', 100n),
    ])
    expect(await payments.books()).toEqual({
      overdraft: -40n,
      stripe: -100n,
      usage: 40n,
      refunds: 30n,
      disputes: 70n,
    })
    await payments.say('in_sub', [
      said('re_sub', 'refund', 'none', 30n),
      said('dp_sub', 'dispute', 'none', 100n),
    ])
    expect(await payments.books()).toEqual({ stripe: -100n, subscriptions: 60n, usage: 40n })
  })
})

async function owned(run: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
  await run(sql)
  await sql.end()
}
