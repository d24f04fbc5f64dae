import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, type Database } from '@/lib/db/client'
import { invariant } from '@/lib/kit/assert'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const database = useTestDatabase()
const at = (text: string) => new Date(`2026-${text}Z`)
const START = at('01-31T12:00:00')
const END = at('02-28T12:00:00')
const NEXT = at('03-31T12:00:00')

let owner: Database
let accountId: bigint
let sub: string
let serial = 0
let ticket = 1_000n

beforeAll(() => {
  owner = openDatabase(database.ownerUrl, { poolSize: 1, applicationName: 'talktime-test' })
})
afterAll(() => owner.close())

beforeEach(async () => {
  serial += 1
  sub = `sub_${String(serial)}`
  const opened = await openTestAccount(database.db, { now: at('01-01T00:00:00') })
  accountId = opened.accountId
  await owner.sql`update account set stripe_customer_id = ${`cus_${String(serial)}`} where id = ${accountId}`
})

/** Numbers beside the one that the account opened with. */
async function addNumbers(...days: string[]): Promise<void> {
  for (const day of days) {
    await owner.sql`select hold_number(${accountId}, ${`num_${String(serial)}_${day}`}, ${`+1555${String(serial)}${day.slice(0, 2)}${day.slice(3, 5)}`},
      '{}', 1, ${at(day)})`
  }
}

const modes = async () =>
  (
    await database.db.sql<{ mode: string }[]>`
      select mode from phone_number where account_id = ${accountId} and released_at is null order by created_at, id`
  ).map((row) => row.mode)

const subscription = async () => {
  const [row] = await database.db.sql<
    {
      units: number
      paid_through: Date | null
      covered_since: Date | null
      status: string
      quantity: number
    }[]
  >`select units, paid_through, covered_since, status, quantity from subscription where account_id = ${accountId}`
  return row
}

type Snapshot = Readonly<{
  id: string
  status: string
  interval: string
  quantity: number
  start: Date
  end: Date
  endedAt: Date | null
  ticket: bigint
}>

async function converge(change: Partial<Snapshot> = {}, now = START) {
  ticket += 1n
  const s: Snapshot = {
    id: sub,
    status: 'active',
    interval: 'monthly',
    quantity: 3,
    start: START,
    end: END,
    endedAt: null,
    ticket,
    ...change,
  }
  const [row] = await database.db.sql<
    { outcome: string; reason: string | null; account_id: bigint | null }[]
  >`
    select outcome, reason, account_id from converge_subscription(${s.ticket}, ${s.id}, ${`cus_${String(serial)}`}, null, ${s.status},
      ${s.interval}, ${s.quantity}, ${s.start}, ${s.end}, false, ${s.endedAt}, null, ${now})`
  invariant(row !== undefined, 'converging answers')
  return row
}

type Paid = Readonly<{
  id: string
  quantity: number
  start: Date
  end: Date
  proration: boolean
  micros: bigint
  paidAt: Date
}>

async function settle(change: Partial<Paid> = {}) {
  const p: Paid = {
    id: 'in_first',
    quantity: 3,
    start: START,
    end: END,
    proration: false,
    micros: 36_000_000n,
    paidAt: change.start ?? START,
    ...change,
  }
  const [row] = await database.db.sql<{ outcome: string; reason: string | null }[]>`
    select outcome, reason from settle_subscription_invoice(${`${p.id}_${String(serial)}`}, ${sub}, ${`cus_${String(serial)}`}, 'monthly',
      ${p.quantity}, ${p.start}, ${p.end}, ${p.proration}, '{}', ${p.micros}, ${p.paidAt}, ${p.paidAt}, '{}')`
  return row
}

async function begin(numberId: string, deed: string, now = START) {
  const [row] = await database.db.sql<{ status: string }[]>`
    select status from begin_subscription_deed(${accountId}, ${deed}, 'cover', ${numberId}, 'test', null, '', '60 seconds', ${now})`
  return row?.status
}

describe('cover by a subscription', () => {
  it('begins when the first invoice is paid, not before, and books beside the wallet, once', async () => {
    await addNumbers('01-02T00:00:00', '01-03T00:00:00')
    await converge()
    expect(await modes()).toEqual(['PAYG', 'PAYG', 'PAYG'])
    expect(await settle()).toMatchObject({ outcome: 'booked' })
    expect(await settle()).toMatchObject({ outcome: 'booked' })
    expect(await modes()).toEqual(['FIXED', 'FIXED', 'FIXED'])
    expect(await subscription()).toMatchObject({ units: 3, paid_through: END, covered_since: START })
    const postings = await database.db.sql`
      select code, total_micros from ledger.posting where account_id = ${accountId} and code = 'subscription'`
    expect(postings).toMatchObject([{ total_micros: 36_000_000n }])
  })

  it('begins the same where the payment is heard of before the subscription', async () => {
    await addNumbers('01-02T00:00:00')
    await settle({ quantity: 2 })
    expect(await modes()).toEqual(['PAYG', 'PAYG'])
    await converge({ quantity: 2 })
    expect(await modes()).toEqual(['FIXED', 'FIXED'])
  })

  it('covers the oldest numbers where there are more than units', async () => {
    await addNumbers('01-02T00:00:00', '01-03T00:00:00')
    await converge({ quantity: 2 })
    await settle({ quantity: 2 })
    expect(await modes()).toEqual(['FIXED', 'FIXED', 'PAYG'])
  })

  it('goes on while past due, and ends with the subscription', async () => {
    await converge({ quantity: 1 })
    await settle({ quantity: 1 })
    await converge({ quantity: 1, status: 'past_due', start: END, end: NEXT })
    expect(await modes()).toEqual(['FIXED'])
    expect(await subscription()).toMatchObject({ units: 1, paid_through: END })
    const endedAt = at('03-15T00:00:00')
    await converge({ quantity: 1, status: 'canceled', start: END, end: NEXT, endedAt }, endedAt)
    expect(await modes()).toEqual(['PAYG'])
    expect(await subscription()).toMatchObject({ covered_since: null })
    const paused = await database.db.sql<{ resumed_at: Date | null }[]>`
      select resumed_at from release_pause where account_id = ${accountId}`
    expect(paused).toEqual([{ resumed_at: endedAt }])
  })

  it('begins anew with another subscription, and ignores what comes in late of the one before', async () => {
    await converge({ quantity: 1 })
    await settle({ quantity: 1 })
    const ended = { quantity: 1, status: 'canceled', endedAt: END }
    await converge(ended, END)
    const first = sub
    sub = `${first}_second`
    await converge({ quantity: 1, start: END, end: NEXT }, END)
    await settle({ id: 'in_second', quantity: 1, start: END, end: NEXT })
    expect(await modes()).toEqual(['FIXED'])
    expect(await converge({ ...ended, id: first }, NEXT)).toMatchObject({ outcome: 'converged' })
    expect(await modes()).toEqual(['FIXED'])
    expect(await subscription()).toMatchObject({ status: 'active', units: 1, paid_through: NEXT })
  })

  it('leaves a second subscription beside a living one to staff', async () => {
    await converge({ quantity: 1 })
    expect(await converge({ id: `${sub}_other`, quantity: 1 })).toMatchObject({
      outcome: 'quarantined',
      reason: 'second_subscription',
    })
  })

  it('does not apply a reading that was begun before the last applied one', async () => {
    await converge({ quantity: 2, ticket: 90_000n })
    await converge({ quantity: 7, ticket: 89_999n })
    expect(await subscription()).toMatchObject({ quantity: 2 })
  })

  it('leaves what it does not know to staff', async () => {
    const [row] = await database.db.sql`
      select outcome, reason from settle_subscription_invoice('in_x', 'sub_x', 'cus_x', 'monthly', 1, ${START}, ${END}, false, '{}',
        12000000, ${START}, ${START}, '{}')`
    expect(row).toEqual({ outcome: 'quarantined', reason: 'customer_unknown' })
  })
})

describe('units', () => {
  const numberOf = (day: string) => `num_${String(serial)}_${day}`
  const BOUGHT = '02-10T00:00:00'

  it('follow from all paid invoices in any order: a first, a raise, a renewal', async () => {
    const invoices: Partial<Paid>[] = [
      { id: 'in_a', quantity: 1 },
      { id: 'in_b', quantity: 2, start: at(BOUGHT), proration: true, micros: 7_000_000n },
      { id: 'in_c', quantity: 2, start: END, end: NEXT, micros: 24_000_000n },
    ]
    await addNumbers('01-02T00:00:00')
    await converge({ quantity: 2, start: END, end: NEXT })
    for (const invoice of invoices.toReversed()) await settle(invoice)
    expect(await subscription()).toMatchObject({ units: 2, paid_through: NEXT })
  })

  it('fall with a renewal for fewer: the newest numbers lose their cover', async () => {
    await addNumbers('01-02T00:00:00', '01-03T00:00:00')
    await converge()
    await settle()
    await converge({ quantity: 2, start: END, end: NEXT })
    await settle({ id: 'in_renewal', quantity: 2, start: END, end: NEXT, micros: 24_000_000n })
    expect(await modes()).toEqual(['FIXED', 'FIXED', 'PAYG'])
  })

  it('cover a bought number once its raise is paid, and no other that waits', async () => {
    await converge({ quantity: 1 })
    await settle({ quantity: 1 })
    await addNumbers('02-09T00:00:00', BOUGHT)
    expect(await begin(numberOf(BOUGHT), `deed_${String(serial)}`, at(BOUGHT))).toBe('begun')
    await settle({ id: 'in_raise', quantity: 2, start: at(BOUGHT), proration: true, micros: 8_000_000n })
    expect(await modes()).toEqual(['FIXED', 'PAYG', 'FIXED'])
  })

  it('cover it from its purchase on, seconds before the payment: a rent that was taken meanwhile is given back', async () => {
    await converge({ quantity: 1 })
    await settle({ quantity: 1 })
    const [bought, paidAt] = [at(BOUGHT), new Date(at(BOUGHT).getTime() + 5_000)]
    await owner.sql`
      select hold_number(${accountId}, ${numberOf(BOUGHT)}, ${`+1666${String(serial)}`}, '{}', 0, ${bought})`
    await begin(numberOf(BOUGHT), `deed_${String(serial)}`, bought)
    const balance = async () => {
      const [row] = await database.db.sql<{ micros: bigint }[]>`
        select balance_micros as micros from ledger.balance(${accountId}, ${paidAt})`
      return row?.micros
    }
    const before = await balance()
    await database.db.sql`select take_rent(3000000, interval '30 days', 100, ${paidAt})`
    expect(await balance()).toBe((before ?? 0n) - 3_000_000n)
    await settle({ id: 'in_raise', quantity: 2, start: bought, proration: true, micros: 8_000_000n, paidAt })
    expect(await modes()).toEqual(['FIXED', 'FIXED'])
    expect(await balance()).toBe(before)
    const since = await database.db.sql`
      select mode, since from number_mode where account_id = ${accountId} and number_id = ${numberOf(BOUGHT)}`
    expect(since).toMatchObject([{ mode: 'FIXED', since: bought }])
  })

  it('cover a number whose share was declined before from when it was asked for again, and its rent stays paid', async () => {
    await converge({ quantity: 1 })
    await settle({ quantity: 1 })
    await addNumbers(BOUGHT)
    await begin(numberOf(BOUGHT), `deed_${String(serial)}a`, at(BOUGHT))
    await owner.sql`select end_subscription_deed(${accountId}, ${`deed_${String(serial)}a`}, 'failed', null, null, null)`
    const again = at('02-12T00:00:00')
    await begin(numberOf(BOUGHT), `deed_${String(serial)}b`, again)
    await settle({ id: 'in_raise', quantity: 2, start: again, proration: true, micros: 8_000_000n })
    const since = await database.db.sql`
      select mode, since from number_mode where account_id = ${accountId} and number_id = ${numberOf(BOUGHT)} order by since`
    expect(since).toMatchObject([
      { mode: 'PAYG', since: at(BOUGHT) },
      { mode: 'FIXED', since: again },
    ])
  })

  it('that a release left free cover the next number at once', async () => {
    await addNumbers('01-02T00:00:00')
    await converge({ quantity: 2 })
    await settle({ quantity: 2 })
    await owner.sql`select release_held(${accountId}, ${numberOf('01-02T00:00:00')}, 'customer', ${at('02-05T00:00:00')})`
    await addNumbers(BOUGHT)
    expect(await begin(numberOf(BOUGHT), `deed_${String(serial)}`, at(BOUGHT))).toBe('covered')
    expect(await modes()).toEqual(['FIXED', 'FIXED'])
  })

  it('are changed by one deed at a time', async () => {
    await converge({ quantity: 1 })
    await settle({ quantity: 1 })
    await addNumbers('02-09T00:00:00', BOUGHT)
    expect(await begin(numberOf(BOUGHT), `deed_${String(serial)}a`, at(BOUGHT))).toBe('begun')
    expect(await begin(numberOf('02-09T00:00:00'), `deed_${String(serial)}b`, at(BOUGHT))).toBe('busy')
    expect(await begin(numberOf(BOUGHT), `deed_${String(serial)}a`, at(BOUGHT))).toBe('begun')
  })

  it('are no matter without a subscription', async () => {
    expect(await begin('num_any', `deed_${String(serial)}`)).toBe('not_subscribed')
  })
})
