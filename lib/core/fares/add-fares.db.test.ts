import { beforeEach, describe, expect, it } from 'vitest'
import { usd } from '@/lib/kit/money'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { getWallet } from '../wallets/get-wallet'
import { reportUsage } from '../usage/report-usage'
import { addFares } from './add-fares'
import type { Fare } from './fare'
import { parseFaresCsv } from './parse-fares-csv'
import { FARES_AGE_MS } from './read-fares'

const suite = useTestDatabase()
const now = new Date('2026-05-10T12:00:00Z')
const ctx = () => testContext({ db: suite.db, actor: SYSTEM, now })
const soon = new Date(now.getTime() + FARES_AGE_MS + 1)

let serial = 0
const fare = (change: Partial<Fare> = {}): Fare => ({
  kind: 'call',
  prefix: `+99${String(serial)}`,
  effectiveFrom: soon,
  name: 'Outbound call, somewhere',
  price: usd(12_345n),
  incrementSeconds: 30,
  minimumSeconds: 60,
  ...change,
})
const stored = async () => {
  const rows = await suite.db.sql<{ n: number }[]>`select count(*)::int as n from fare`
  return rows[0]?.n ?? 0
}

beforeEach(() => {
  serial += 1
})

describe('addFares', () => {
  it('adds versions once, and is told the same again without harm', async () => {
    const before = await stored()
    const fares = [fare(), fare({ kind: 'sms', incrementSeconds: 1, minimumSeconds: 0 })]
    expect(await addFares(ctx(), fares)).toBe(2)
    expect(await addFares(ctx(), fares)).toBe(0)
    expect(await addFares(ctx(), [])).toBe(0)
    expect(await stored()).toBe(before + 2)
  })

  it.each<[string, Partial<Fare>, string]>([
    ['one that begins too soon', { effectiveFrom: new Date(soon.getTime() - 1) }, 'conflict'],
    ['one of the past', { effectiveFrom: new Date(0) }, 'conflict'],
    ['a price below zero', { price: usd(-1n) }, 'invalid_input'],
    ['a price beyond measure', { price: usd(100_000_001n) }, 'invalid_input'],
    ['a prefix of letters', { prefix: '+4x' }, 'invalid_input'],
    ['a prefix without a plus', { prefix: '49' }, 'invalid_input'],
    ['no increment', { incrementSeconds: 0 }, 'invalid_input'],
    ['half a second', { incrementSeconds: 0.5 }, 'invalid_input'],
    ['a minimum below zero', { minimumSeconds: -1 }, 'invalid_input'],
    ['no name', { name: ' ' }, 'invalid_input'],
    ['no time', { effectiveFrom: new Date(Number.NaN) }, 'invalid_input'],
    ['seconds of a message', { kind: 'sms' }, 'invalid_input'],
  ])('adds none of them because of %s', async (_case, change, code) => {
    const before = await stored()
    await expect(addFares(ctx(), [fare({ prefix: '+998' }), fare(change)])).rejects.toMatchObject({ code })
    expect(await stored()).toBe(before)
  })

  it('refuses another price for a moment that has one, and nobody can write over it', async () => {
    await addFares(ctx(), [fare()])
    await expect(addFares(ctx(), [fare({ price: usd(1n) })])).rejects.toMatchObject({ code: 'conflict' })
    await expect(suite.db.sql`update fare set price_micros = 1`).rejects.toMatchObject({ code: '42501' })
    await expect(suite.db.sql`delete from fare`).rejects.toMatchObject({ code: '42501' })
  })

  it('is for the operator', async () => {
    const { owner } = await openTestAccount(suite.db, { now })
    const asOwner = testContext({ db: suite.db, actor: owner, now })
    await expect(addFares(asOwner, [fare()])).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('decides what usage costs from its moment on', async () => {
    await addFares(ctx(), [
      fare({ prefix: '+1212', price: usd(60n), incrementSeconds: 1, minimumSeconds: 0 }),
    ])
    const account = await openTestAccount(suite.db, { now })
    const [held] = (await getWallet(testContext({ db: suite.db, actor: account.owner, now }))).numbers
    const report = (id: string, occurredAt: Date) => ({
      id,
      numberId: held?.id ?? '',
      number: null,
      kind: 'call' as const,
      quantity: 7,
      destination: '+12125550100',
      occurredAt,
    })
    const later = testContext({ db: suite.db, actor: account.program, now: soon })
    const results = await reportUsage(later, [report('a', new Date(soon.getTime() - 1)), report('b', soon)])
    expect(results.map(({ booked }) => booked?.amount.micros)).toEqual([2_800n, 7n])
  })
})

describe('parseFaresCsv', () => {
  const HEAD = 'kind,prefix,effectiveFrom,name,priceMicros,incrementSeconds,minimumSeconds'

  it('reads a fare a line, with commas and quotes in names', () => {
    const text = `${HEAD}\r\ncall,+49,2026-06-01T00:00:00Z,"Call, ""far""",21500,1,30\nsms,,2026-06-01T02:00:00+02:00,SMS,4000,,\n`
    const effectiveFrom = new Date('2026-06-01T00:00:00Z')
    expect(parseFaresCsv(text)).toEqual([
      {
        kind: 'call',
        prefix: '+49',
        effectiveFrom,
        name: 'Call, "far"',
        price: usd(21_500n),
        incrementSeconds: 1,
        minimumSeconds: 30,
      },
      {
        kind: 'sms',
        prefix: '',
        effectiveFrom,
        name: 'SMS',
        price: usd(4_000n),
        incrementSeconds: 1,
        minimumSeconds: 0,
      },
    ])
  })

  it.each([
    ['', /first line/],
    ['kind,prefix', /first line/],
    [`${HEAD}\nfax,+1,2026-06-01T00:00:00Z,Fax,1,1,1`, /Fare 1: kind/],
    [`${HEAD}\ncall,+1,soon,Call,1,1,1`, /Fare 1: effectiveFrom/],
    [`${HEAD}\ncall,+1,2026-06-01T00:00:00Z,Call,0.5,1,1`, /Fare 1: priceMicros/],
    [`${HEAD}\ncall,+1,2026-06-01T00:00:00Z,Call,-1,1,1`, /Fare 1: priceMicros/],
    [`${HEAD}\ncall,+1,2026-06-01T00:00:00Z,Call,1`, /Fare 1/],
    [`${HEAD}\ncall,+1,2026-06-01T00:00:00Z,Call,1,1,1,1`, /Fare 1/],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => parseFaresCsv(text)).toThrow(message)
  })
})
