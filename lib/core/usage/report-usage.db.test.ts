import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { getBalance } from '@/lib/core/ledger/get-balance'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import { releaseNumber } from '@/lib/core/numbers/release-number'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { usd } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { repetitions } from '@/lib/testing/repetitions'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { reportUsage, type UsageReport } from './report-usage'

const suite = useTestDatabase()
const opened = new Date('2026-05-01T00:00:00Z')
const now = new Date('2026-05-10T12:00:00Z')
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000)
const contextOf = (account: TestAccount, moment = now) =>
  testContext({ db: suite.db, actor: account.program, now: moment })

/** A minute to New York: 14,000 micro-dollars. */
const MINUTE = 14_000n

async function openAccount(welcomeCents = 0): Promise<TestAccount & { numberId: string; number: string }> {
  const account = await openTestAccount(suite.db, { welcomeCents, now: opened })
  const [held] = (await getWallet(contextOf(account))).numbers
  if (held === undefined) throw new Error('everybody has a number from the start')
  return { ...account, numberId: held.id, number: held.number }
}

const reportOf = (numberId: string, id: string, change: Partial<UsageReport> = {}): UsageReport => ({
  id,
  numberId,
  number: null,
  kind: 'call',
  quantity: 60,
  destination: '+12125550100',
  occurredAt: at(-10),
  ...change,
})
const outcomesOf = async (account: TestAccount, ...reports: UsageReport[]) =>
  (await reportUsage(contextOf(account), reports)).map(({ outcome }) => outcome)
const balanceOf = async (account: TestAccount) =>
  (await getBalance(suite.db, account.accountId, now))?.balance.micros ?? 0n
const setMode = (account: TestAccount, numberId: string, mode: 'PAYG' | 'FIXED', since: Date) =>
  suite.db.sql`select set_number_mode(${account.accountId}, ${numberId}, ${mode}, ${since})`

describe('reportUsage', () => {
  it('rates by the fare and debits the wallet, for a number by its id and as dialled', async () => {
    const account = await openAccount(500)
    const byId = reportOf(account.numberId, 'a')
    const dialled = {
      ...byId,
      id: 'b',
      numberId: null,
      number: account.number,
      destination: null,
      quantity: 61,
    }
    expect(await reportUsage(contextOf(account), [byId, dialled])).toEqual([
      {
        id: 'a',
        outcome: 'recorded',
        booked: {
          fareName: 'Outbound call, US and Canada',
          billedQuantity: 60,
          amount: usd(MINUTE),
          attribution: 'wallet',
        },
      },
      {
        id: 'b',
        outcome: 'recorded',
        booked: {
          fareName: 'Inbound call',
          billedQuantity: 120,
          amount: usd(17_000n),
          attribution: 'wallet',
        },
      },
    ])
    expect(await balanceOf(account)).toBe(5_000_000n - MINUTE - 17_000n)
    const { recentUsage } = await getWallet(contextOf(account))
    expect(recentUsage.map((row) => row.number)).toEqual([account.number, account.number])
  })

  it('takes the same report by id and as dialled for the same', async () => {
    const account = await openAccount()
    const byId = reportOf(account.numberId, 'a')
    const dialled = { ...byId, numberId: null, number: account.number }
    expect(await outcomesOf(account, byId, dialled)).toEqual(['recorded', 'duplicate'])
    expect(await outcomesOf(account, dialled, byId)).toEqual(['duplicate', 'duplicate'])
    expect(await balanceOf(account)).toBe(-MINUTE)
  })

  it('fails each bad report alone', async () => {
    const [account, other] = [await openAccount(), await openAccount()]
    const report = (id: string, change: Partial<UsageReport> = {}) => reportOf(account.numberId, id, change)
    expect(
      await outcomesOf(
        account,
        report('good'),
        report('unknown', { numberId: 'num_unknown' }),
        report('foreign', { numberId: other.numberId }),
        report('foreign-dialled', { numberId: null, number: other.number }),
        report('unnamed', { numberId: null }),
        report('soon', { occurredAt: at(5) }),
        report('later', { occurredAt: new Date(at(5).getTime() + 1) }),
        report('early', { occurredAt: new Date(opened.getTime() - 1) }),
        report('first', { occurredAt: opened }),
      ),
    ).toEqual([
      'recorded',
      'unknown_number',
      'unknown_number',
      'unknown_number',
      'no_number',
      'recorded',
      'in_future',
      'unknown_number',
      'recorded',
    ])
    expect(await balanceOf(account)).toBe(-3n * MINUTE)
    expect(await balanceOf(other)).toBe(0n)
  })

  it('records after all what was refused before, also within one batch', async () => {
    const account = await openAccount()
    const wrong = reportOf('num_unknown', 'a')
    expect(await outcomesOf(account, wrong)).toEqual(['unknown_number'])
    // What is booked under the id by the end of the call decides about the wrong ones.
    expect(await outcomesOf(account, wrong, reportOf(account.numberId, 'a'), wrong)).toEqual([
      'mismatch',
      'recorded',
      'mismatch',
    ])
    expect(await balanceOf(account)).toBe(-MINUTE)
  })

  it('attributes by who paid for the number when it occurred, however late the report', async () => {
    const account = await openAccount(500)
    await setMode(account, account.numberId, 'FIXED', at(-60))
    await setMode(account, account.numberId, 'PAYG', at(-30))
    const report = (id: string, minutes: number) =>
      reportOf(account.numberId, id, { occurredAt: at(minutes) })
    const reports = [report('e', -10), report('d', -30), report('c', -31), report('b', -60), report('a', -61)]
    const results = await reportUsage(contextOf(account), reports)
    expect(results.map(({ booked }) => booked?.attribution)).toEqual([
      'wallet',
      'wallet',
      'entitlement',
      'entitlement',
      'wallet',
    ])
    expect(results.map(({ booked }) => booked?.amount.micros)).toEqual(Array(5).fill(MINUTE))
    expect(await balanceOf(account)).toBe(5_000_000n - 3n * MINUTE)
    expect(await outcomesOf(account, ...reports)).toEqual(Array(5).fill('duplicate'))
    expect(await balanceOf(account)).toBe(5_000_000n - 3n * MINUTE)
  })

  it('takes usage of before a release, however late, and none of after it', async () => {
    const account = await openAccount()
    await releaseNumber(testContext({ db: suite.db, actor: account.owner, now: at(-20) }), account.numberId)
    expect(
      await outcomesOf(
        account,
        reportOf(account.numberId, 'before', { occurredAt: new Date(at(-20).getTime() - 1) }),
        reportOf(account.numberId, 'after', { occurredAt: at(-20) }),
        reportOf(account.numberId, 'dialled', {
          numberId: null,
          number: account.number,
          occurredAt: at(-21),
        }),
        reportOf(account.numberId, 'dialled-after', { numberId: null, number: account.number }),
      ),
    ).toEqual(['recorded', 'unknown_number', 'recorded', 'unknown_number'])
    expect(await balanceOf(account)).toBe(-2n * MINUTE)
  })

  it('gives the same wallet whatever the order, the batches and the repeats', async () => {
    const minutes = Array.from({ length: 24 }, (_, index) => -120 + index * 5)
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(minutes, { minLength: minutes.length }),
        fc.integer({ min: 1, max: 9 }),
        async (order, size) => {
          const account = await openAccount(10)
          await setMode(account, account.numberId, 'FIXED', at(-90))
          await setMode(account, account.numberId, 'PAYG', at(-47))
          const reports = order.map((minute) =>
            reportOf(account.numberId, `m${String(minute)}`, { occurredAt: at(minute) }),
          )
          const sent = [...reports, ...reports.slice(0, 7)]
          const batches = Array.from({ length: Math.ceil(sent.length / size) }, (_, i) =>
            sent.slice(i * size, (i + 1) * size),
          )
          await Promise.all(batches.map((batch) => reportUsage(contextOf(account), batch)))
          const paid = minutes.filter((minute) => minute < -90 || minute >= -47).length
          expect(await balanceOf(account)).toBe(100_000n - BigInt(paid) * MINUTE)
        },
      ),
      { numRuns: repetitions({ usual: 5, long: 100 }) },
    )
  })

  it('lets usage of the same moment be before or after a release and a switch of mode, and nothing between', async () => {
    for (let turn = 0; turn < repetitions({ usual: 4, long: 60 }); turn++) {
      const account = await openAccount()
      const owner = testContext({ db: suite.db, actor: account.owner, now: at(-5) })
      const batch = (name: string) =>
        Array.from({ length: 20 }, (_, i) =>
          reportOf(account.numberId, `${name}-${String(i)}`, { occurredAt: at(i < 10 ? -6 : -5) }),
        )
      const [before, , , after] = await Promise.all([
        reportUsage(contextOf(account), batch('one')),
        setMode(account, account.numberId, 'FIXED', at(-6)),
        releaseNumber(owner, account.numberId),
        reportUsage(contextOf(account), batch('two')),
      ])
      for (const results of [before, after]) {
        // All of a batch sees one state of the number: covered or not, held at the later moment or not.
        const early = new Set(results.slice(0, 10).map(({ booked }) => booked?.attribution))
        const late = new Set(results.slice(10).map(({ outcome }) => outcome))
        expect([early.size, late.size]).toEqual([1, 1])
      }
      const paid = [...before, ...after].filter(({ booked }) => booked?.attribution === 'wallet').length
      expect(await balanceOf(account)).toBe(-BigInt(paid) * MINUTE)
    }
  })

  it('takes no usage of before a number was bought', async () => {
    const account = await openAccount(5_000)
    const terms = {
      consent: null,
      inboundInstruction: 'Take a message.',
      inboundVoiceGender: null,
      inboundLanguage: null,
      areaCode: null,
      idempotencyKey: null,
    }
    const bought = await buyNumber(testContext({ db: suite.db, actor: account.owner, now: at(-5) }), terms)
    const report = reportOf(bought.id, 'a', { occurredAt: at(-6) })
    expect(await outcomesOf(account, report, { ...report, id: 'b', occurredAt: at(-5) })).toEqual([
      'unknown_number',
      'recorded',
    ])
  })

  it('needs the scope that writes usage', async () => {
    const account = await openAccount()
    const actor = { ...account.program, scopes: ['billing:read', 'billing:write'] as const }
    const ctx = testContext({ db: suite.db, actor, now })
    await expect(reportUsage(ctx, [reportOf(account.numberId, 'a')])).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})
