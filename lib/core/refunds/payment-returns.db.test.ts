import { describe, expect, it } from 'vitest'
import { openPayments, type Said } from '@/lib/testing/refunds/open-payments'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const database = useTestDatabase()

let opened = 0
const open = () => openPayments(database, `p${String((opened += 1))}`)
const name = (label: string) => `${label}_${String(opened)}`

const refund = (id: string, micros: bigint, effect: Said['effect'] = 'claws', made = 5): Said => ({
  id: name(id),
  kind: 'refund',
  effect,
  micros,
  made,
})
const dispute = (micros: bigint, effect: Said['effect'], made = 6): Said => ({
  id: name('dp'),
  kind: 'dispute',
  effect,
  micros,
  made,
})

describe('refunds of a payment', () => {
  it('take back what was granted, once each, however often they are told', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    const said = [refund('re_1', 300n)]
    for (const _ of [1, 2, 3]) {
      expect(await payments.say(`in_${name('a')}`, said)).toMatchObject({ outcome: 'applied' })
    }
    expect(await payments.say(`in_${name('a')}`, [...said, refund('re_2', 200n)])).toMatchObject({
      account_id: payments.accountId,
    })
    expect(await payments.books()).toEqual({ [`in_${name('a')}`]: 500n, stripe: -1000n, refunds: 500n })
    expect(await payments.postings()).toEqual([
      `deposit_card in_${name('a')} 1000`,
      `refund ${name('re_1')} 300`,
      `refund ${name('re_2')} 200`,
    ])
  })

  it('never take more than was granted, whatever they add up to', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.pay(name('b'), 1000n)
    await payments.say(`in_${name('a')}`, [refund('re_1', 700n), refund('re_2', 700n), refund('re_3', 50n)])
    expect(await payments.balance()).toBe(1000n)
  })

  it('that are heard of before the payment wait for it, and are settled in the call that books it', async () => {
    const payments = await open()
    await payments.place(name('a'))
    const said = await payments.say(`in_${name('a')}`, [refund('re_1', 300n)])
    expect(said).toEqual({ outcome: 'parked', reason: null, account_id: null })
    expect(await payments.settle(name('a'), 1000n, 20)).toBe('booked')
    expect(await payments.balance()).toBe(700n)
  })

  it('that fail or are cancelled give back exactly what they took', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.say(`in_${name('a')}`, [refund('re_1', 300n), refund('re_2', 200n)])
    await payments.say(`in_${name('a')}`, [refund('re_1', 300n, 'none'), refund('re_2', 200n)])
    expect(await payments.books()).toEqual({ [`in_${name('a')}`]: 800n, stripe: -1000n, refunds: 200n })
    await payments.say(`in_${name('a')}`, [refund('re_1', 300n, 'none'), refund('re_2', 200n, 'none')])
    expect(await payments.balance()).toBe(1000n)
  })

  it('take their part of a bundle, rounded down over all of them, to the last unit with the last cent', async () => {
    const payments = await open()
    await payments.place(name('a'), { due: 700n, credit: 1000n })
    await payments.settle(name('a'), 700n)
    const steps = [
      refund('re_1', 100n, 'claws', 1),
      refund('re_2', 100n, 'claws', 2),
      refund('re_3', 500n, 'claws', 3),
    ]
    const balances = []
    for (const count of [1, 2, 3]) {
      await payments.say(`in_${name('a')}`, steps.slice(0, count))
      balances.push(await payments.balance())
    }
    // 1000 less floor(1000 · 100 / 700), floor(1000 · 200 / 700), and all.
    expect(balances).toEqual([858n, 715n, 0n])
  })

  it('end at the same shares in whichever order a bundle hears of them', async () => {
    const ends = []
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const payments = await open()
      await payments.place(name('a'), { due: 700n, credit: 1000n })
      await payments.settle(name('a'), 700n)
      const all = [
        refund('re_1', 50n, 'claws', 1),
        refund('re_2', 75n, 'claws', 2),
        refund('re_3', 90n, 'claws', 3),
      ]
      const heard: Said[] = []
      for (const index of order) {
        heard.push(...all.slice(index, index + 1))
        await payments.say(`in_${name('a')}`, heard)
      }
      const shares = await database.db.sql<{ micros: bigint }[]>`
        select clawed_micros as micros from payment_return where account_id = ${payments.accountId} order by created_at`
      ends.push(shares.map((row) => row.micros))
    }
    // floor(1000 · 50 / 700) = 71, floor(1000 · 125 / 700) = 178, floor(1000 · 215 / 700) = 307.
    expect(ends).toEqual([
      [71n, 107n, 129n],
      [71n, 107n, 129n],
      [71n, 107n, 129n],
    ])
  })

  it('of what a bundle cost beyond its credit take only credit', async () => {
    const payments = await open()
    await payments.place(name('a'), { due: 1000n, credit: 800n })
    await payments.settle(name('a'), 1000n)
    await payments.say(`in_${name('a')}`, [refund('re_1', 500n)])
    expect(await payments.balance()).toBe(400n)
  })

  it('of spent credit take other purchases, then leave a debt that the next deposit repays', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.spend(name('call'), 900n)
    await payments.pay(name('b'), 150n, 2)
    await payments.say(`in_${name('a')}`, [refund('re_1', 1000n)])
    expect(await payments.balance()).toBe(-750n)
    expect(await debts(payments.accountId)).toEqual([
      { reference: name('re_1'), deposit: `in_${name('a')}`, left: 750n },
    ])
    // Nothing that the balance must cover goes through while it is owed.
    expect(await payments.spend(name('number'), 1n, 11, 0n)).toBe('insufficient')
    await payments.pay(name('c'), 700n, 12)
    expect(await debts(payments.accountId)).toEqual([
      { reference: name('re_1'), deposit: `in_${name('a')}`, left: 50n },
    ])
    await payments.pay(name('d'), 100n, 13)
    expect(await debts(payments.accountId)).toEqual([])
    expect(await payments.balance()).toBe(50n)
  })

  it('are read by the latest reading: an earlier one that comes in later changes nothing', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    const [row] = await database.db.sql<{ earlier: bigint; later: bigint }[]>`
      select nextval('payment_reading') as earlier, nextval('payment_reading') as later`
    await payments.say(`in_${name('a')}`, [refund('re_1', 300n, 'none')], { ticket: row?.later ?? 0n })
    await payments.say(`in_${name('a')}`, [refund('re_1', 300n)], { ticket: row?.earlier ?? 0n })
    expect(await payments.balance()).toBe(1000n)
  })

  it('of a deposit that staff have taken back take nothing a second time', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await database.db.sql`select ledger.reverse(${payments.accountId}, ${`in_${name('a')}`}, now(), now())`
    expect(await payments.say(`in_${name('a')}`, [refund('re_1', 400n)])).toMatchObject({
      outcome: 'applied',
    })
    expect(await payments.balance()).toBe(0n)
  })

  it('that belong to another payment are left to staff', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.pay(name('b'), 1000n)
    await payments.say(`in_${name('a')}`, [refund('re_1', 400n)])
    expect(await payments.say(`in_${name('b')}`, [refund('re_1', 400n)])).toMatchObject({
      outcome: 'quarantined',
      reason: 'of_another_payment',
    })
    expect(await payments.balance()).toBe(1600n)
  })
})

async function debts(accountId: bigint) {
  const rows = await database.db.sql<{ reference: string; deposit: string; left: bigint }[]>`
    select reference, deposit_reference as deposit, left_micros as left from payment_debts(${accountId})`
  return [...rows].map(({ reference, deposit, left }) => ({ reference, deposit, left }))
}

describe('a dispute', () => {
  it('freezes what is left of the payment while it is open, and nothing else', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.pay(name('b'), 500n)
    await payments.spend(name('call'), 350n)
    await payments.say(`in_${name('a')}`, [dispute(1000n, 'holds')])
    expect(await payments.balance()).toBe(500n)
    expect(await payments.books()).toMatchObject({ held: 650n, [`in_${name('b')}`]: 500n })
    expect(await payments.spend(name('more'), 501n, 11, 0n)).toBe('insufficient')
    expect(await payments.spend(name('rest'), 500n, 11, 0n)).toBe('posted')
  })

  it('that is won gives back exactly what it froze', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.spend(name('call'), 350n)
    await payments.say(`in_${name('a')}`, [dispute(1000n, 'holds')])
    for (const _ of [1, 2]) await payments.say(`in_${name('a')}`, [dispute(1000n, 'none')])
    expect(await payments.books()).toEqual({ [`in_${name('a')}`]: 650n, stripe: -1000n, usage: 350n })
  })

  it('that is lost takes the payment back, frozen or spent, and leaves a debt with its name', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.spend(name('call'), 650n)
    await payments.say(`in_${name('a')}`, [dispute(1000n, 'holds')])
    for (const _ of [1, 2]) await payments.say(`in_${name('a')}`, [dispute(1000n, 'claws')])
    expect(await payments.books()).toEqual({ overdraft: -650n, stripe: -1000n, usage: 650n, disputes: 1000n })
    await payments.spend(name('late'), 40n, 12)
    expect(await debts(payments.accountId)).toEqual([
      { reference: name('dp'), deposit: `in_${name('a')}`, left: 650n },
    ])
    await payments.pay(name('b'), 660n, 13)
    expect(await debts(payments.accountId)).toEqual([])
    expect(await payments.balance()).toBe(-30n)
  })

  it('that is heard of only when it is lost, or before the payment is booked, ends the same', async () => {
    const ends = []
    for (const early of [true, false]) {
      const payments = await open()
      await payments.place(name('a'))
      if (early) {
        await payments.say(`in_${name('a')}`, [dispute(1000n, 'holds')])
        await payments.settle(name('a'), 1000n)
      } else await payments.settle(name('a'), 1000n)
      await payments.say(`in_${name('a')}`, [dispute(1000n, 'claws')], { at: 11 })
      ends.push(await payments.books())
    }
    expect(ends).toEqual([
      { stripe: -1000n, disputes: 1000n },
      { stripe: -1000n, disputes: 1000n },
    ])
  })

  it('that is an inquiry moves nothing until it becomes a dispute', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.say(`in_${name('a')}`, [dispute(1000n, 'none')])
    expect(await payments.postings()).toHaveLength(1)
    await payments.say(`in_${name('a')}`, [dispute(1000n, 'holds')])
    expect(await payments.balance()).toBe(0n)
  })

  it.each([
    { first: 'refund', second: 'dispute' },
    { first: 'dispute', second: 'refund' },
  ])('and a refund of the same payment take it once: $first first', async ({ first }) => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.pay(name('b'), 1000n)
    const [re, dp] = [refund('re_1', 400n), dispute(1000n, 'claws')]
    await payments.say(`in_${name('a')}`, [first === 'refund' ? re : dp])
    await payments.say(`in_${name('a')}`, [re, dp])
    expect(await payments.books()).toEqual({
      [`in_${name('b')}`]: 1000n,
      stripe: -2000n,
      refunds: 400n,
      disputes: 600n,
    })
  })

  it('takes over what a failed refund no longer takes', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.say(`in_${name('a')}`, [refund('re_1', 400n), dispute(1000n, 'claws')])
    await payments.say(`in_${name('a')}`, [refund('re_1', 400n, 'none'), dispute(1000n, 'claws')])
    expect(await payments.books()).toEqual({ stripe: -1000n, disputes: 1000n })
  })

  it('leaves frozen only what a refund meanwhile did not take', async () => {
    const payments = await open()
    await payments.pay(name('a'), 1000n)
    await payments.say(`in_${name('a')}`, [dispute(1000n, 'holds')])
    await payments.say(`in_${name('a')}`, [refund('re_1', 400n), dispute(1000n, 'holds')])
    expect(await payments.books()).toEqual({ held: 600n, stripe: -1000n, refunds: 400n })
    await payments.say(`in_${name('a')}`, [refund('re_1', 400n), dispute(1000n, 'none')])
    expect(await payments.books()).toEqual({ [`in_${name('a')}`]: 600n, stripe: -1000n, refunds: 400n })
  })
})
