import { describe, expect, it } from 'vitest'
import { getBalance } from '@/lib/core/ledger/get-balance'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { POSTING_MICROS_MAX, usd } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { recordUsage, USAGE_EVENTS_MAX, type UsageEvent } from './record-usage'

const suite = useTestDatabase()
const now = new Date('2026-05-10T12:00:00Z')
const DAY_MS = 24 * 60 * 60 * 1000

const event = (id: string, change: Partial<UsageEvent> = {}): UsageEvent => ({
  id,
  numberId: null,
  kind: 'call',
  quantity: 70,
  fareName: 'Outbound call',
  billedQuantity: 2,
  amount: usd(12_345n),
  occurredAt: now,
  ...change,
})
const contextOf = (account: TestAccount) => testContext({ db: suite.db, actor: account.owner, now })
const record = async (account: TestAccount, ...events: UsageEvent[]) =>
  (await recordUsage(contextOf(account), events)).map(({ outcome }) => outcome)
const balanceOf = async (account: TestAccount) =>
  (await getBalance(suite.db, account.accountId, now))?.balance.micros

describe('recordUsage', () => {
  it('debits the wallet and writes the event down, newest first', async () => {
    const late = new Date(now.getTime() - 40 * DAY_MS)
    const account = await openTestAccount(suite.db, { welcomeCents: 500, now: late })
    const { numbers } = await getWallet(contextOf(account))
    const [held] = numbers
    expect(
      await record(account, event('a'), event('b', { numberId: held?.id ?? null, occurredAt: late })),
    ).toEqual(['recorded', 'recorded'])
    const wallet = await getWallet(contextOf(account))
    expect(wallet.balance).toEqual(usd(5_000_000n - 2n * 12_345n))
    expect(wallet.recentUsage).toEqual([
      {
        occurredAt: now,
        fareName: 'Outbound call',
        number: null,
        billedQuantity: 2,
        total: usd(12_345n),
        attribution: 'wallet',
      },
      expect.objectContaining({ occurredAt: late, number: held?.number }),
    ])
  })

  it('takes the wallet below zero without limit, since it has happened already', async () => {
    const account = await openTestAccount(suite.db, { welcomeCents: 1, now })
    await record(account, event('a', { amount: usd(POSTING_MICROS_MAX) }))
    expect(await balanceOf(account)).toBe(10_000n - POSTING_MICROS_MAX)
    const { numbersReleaseAt } = await getWallet(contextOf(account))
    expect(numbersReleaseAt).toEqual(new Date(now.getTime() + 30 * DAY_MS))
  })

  it('books an event once, however often it comes', async () => {
    const account = await openTestAccount(suite.db, { now })
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => record(account, event('a'), event('b'))),
    )
    expect(outcomes.flat().filter((outcome) => outcome === 'recorded')).toHaveLength(2)
    expect(outcomes.flat().filter((outcome) => outcome === 'duplicate')).toHaveLength(78)
    expect(await balanceOf(account)).toBe(-2n * 12_345n)
  })

  it('books overlapping batches in any order without a deadlock, and each event once', async () => {
    const account = await openTestAccount(suite.db, { now })
    const ids = Array.from({ length: 30 }, (_, index) => `event-${String(index)}`)
    const batches = Array.from({ length: 16 }, (_, turn) =>
      rotate(turn % 2 === 0 ? ids : ids.toReversed(), turn).slice(0, 20),
    )
    // Not through the verb, which would hide a deadlock by trying again.
    await Promise.all(batches.map((batch) => recordRaw(account.accountId, batch)))
    const booked = new Set(batches.flat()).size
    expect(await balanceOf(account)).toBe(-BigInt(booked) * 12_345n)
  })

  it('refuses an id that comes again from another report, and changes nothing', async () => {
    const account = await openTestAccount(suite.db, { now })
    const [held] = (await getWallet(contextOf(account))).numbers
    await record(account, event('a'))
    const changes: Partial<UsageEvent>[] = [
      { quantity: 71 },
      { quantity: null },
      { kind: 'sms' },
      { destination: '+493012345' },
      { numberId: held?.id ?? '' },
      { number: held?.number ?? '' },
      { numberId: 'num_unknown' },
      { occurredAt: new Date(now.getTime() - 1) },
    ]
    for (const change of changes) expect(await record(account, event('a', change))).toEqual(['mismatch'])
    expect(await balanceOf(account)).toBe(-12_345n)
  })

  it('takes a report that comes again for the same, whatever it would cost by now', async () => {
    const account = await openTestAccount(suite.db, { now })
    await record(account, event('a'))
    const dearer = { amount: usd(99_999n), fareName: 'Dear', billedQuantity: 9 }
    const [again] = await recordUsage(contextOf(account), [event('a', dearer)])
    expect(again).toEqual({
      id: 'a',
      outcome: 'duplicate',
      booked: {
        fareName: 'Outbound call',
        billedQuantity: 2,
        amount: usd(12_345n),
        attribution: 'wallet',
      },
    })
    expect(await balanceOf(account)).toBe(-12_345n)
  })

  it('tells a repetition inside one batch apart', async () => {
    const account = await openTestAccount(suite.db, { now })
    expect(await record(account, event('a'), event('a'), event('a', { quantity: 9 }))).toEqual([
      'recorded',
      'duplicate',
      'mismatch',
    ])
    expect(await balanceOf(account)).toBe(-12_345n)
  })

  it('writes down what costs nothing, and debits nothing', async () => {
    const account = await openTestAccount(suite.db, { now })
    expect(await record(account, event('a', { amount: usd(0n) }))).toEqual(['recorded'])
    expect(await record(account, event('a', { amount: usd(0n) }))).toEqual(['duplicate'])
    const wallet = await getWallet(contextOf(account))
    expect([wallet.balance.micros, wallet.recentUsage.length]).toEqual([0n, 1])
  })

  it("knows the account's own numbers only", async () => {
    const [account, other] = await Promise.all([openTestAccount(suite.db), openTestAccount(suite.db)])
    const [foreign] = (await getWallet(contextOf(other))).numbers
    const outcomes = await record(account, event('a', { numberId: foreign?.id ?? '' }), event('b'))
    expect(outcomes).toEqual(['unknown_number', 'recorded'])
    expect(await balanceOf(account)).toBe(-12_345n)
  })

  it('keeps the same id of two accounts apart', async () => {
    const [account, other] = await Promise.all([openTestAccount(suite.db), openTestAccount(suite.db)])
    expect([await record(account, event('a')), await record(other, event('a'))]).toEqual([
      ['recorded'],
      ['recorded'],
    ])
  })

  it.each<[string, Partial<UsageEvent>]>([
    ['an empty id', { id: '' }],
    ['an id that is too long', { id: 'a'.repeat(201) }],
    ['an id that cannot be stored', { id: 'a\0' }],
    ['half a character', { fareName: '\ud800' }],
    ['a negative quantity', { billedQuantity: -1 }],
    ['a fraction', { billedQuantity: 0.5 }],
    ['a quantity beyond exact numbers', { billedQuantity: 2 ** 53 }],
    ['no number', { billedQuantity: Number.NaN }],
    ['a negative amount', { amount: usd(-1n) }],
    ['an amount beyond a posting', { amount: usd(POSTING_MICROS_MAX + 1n) }],
    ['a time in the future', { occurredAt: new Date(now.getTime() + DAY_MS) }],
    ['no time', { occurredAt: new Date(Number.NaN) }],
  ])('refuses %s, and the whole batch with it', async (_case, change) => {
    const account = await openTestAccount(suite.db, { now })
    await expect(record(account, event('good'), event('a', change))).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect(await balanceOf(account)).toBe(0n)
  })

  it('takes a batch of the largest size, and refuses a larger one', async () => {
    const account = await openTestAccount(suite.db, { now })
    const batch = Array.from({ length: USAGE_EVENTS_MAX }, (_, index) =>
      event(`event-${String(index)}`, { amount: usd(1n), occurredAt: new Date(now.getTime() - index) }),
    )
    await record(account, ...batch)
    expect(await balanceOf(account)).toBe(-BigInt(USAGE_EVENTS_MAX))
    await expect(record(account, ...batch, event('more'))).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('is for programs and owners, never for an impersonator', async () => {
    const { accountId, program } = await openTestAccount(suite.db, { now })
    const as = (actor: TestAccount['owner']) =>
      recordUsage(testContext({ db: suite.db, actor, now }), [event('a')])
    await expect(
      as({ kind: 'impersonator', staffUserId: 's', reason: 'support', accountId, scopes: ['billing:read'] }),
    ).rejects.toMatchObject({ code: 'impersonating' })
    await expect(
      as({ kind: 'api-key', keyId: 'k', accountId, scopes: ['billing:read'] }),
    ).rejects.toMatchObject({ code: 'forbidden' })
    await expect(as(program)).resolves.toHaveLength(1)
  })
})

async function recordRaw(accountId: bigint, ids: readonly string[]): Promise<void> {
  const all = (value: string) => `{${ids.map(() => value).join(',')}}`
  await suite.db.sql`
    select * from record_usage(${accountId}, ${`{${ids.join(',')}}`}, ${all('NULL')}, ${all('NULL')}, ${all('NULL')},
      ${all('NULL')}, ${all('NULL')}, ${all('Call')}, ${all('2')}, ${all('12345')}, ${all(`"${now.toISOString()}"`)}, ${now})`
}

function rotate<T>(items: readonly T[], by: number): T[] {
  return [...items.slice(by), ...items.slice(0, by)]
}
