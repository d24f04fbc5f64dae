import { describe, expect, it } from 'vitest'
import { openDatabase } from '@/lib/db/client'
import { usdFromCents } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { memberActor, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { buyNumber } from './buy-number'
import { changeNumber } from './change-number'
import { getNumberPlans } from './get-number-plans'
import { quoteNumber } from './quote-number'
import { releaseNumber } from './release-number'

const suite = useTestDatabase()
const now = new Date('2026-01-31T10:00:00Z')
const ANY = {
  consent: null,
  inboundInstruction: null,
  inboundVoiceGender: null,
  inboundLanguage: null,
  areaCode: null,
  idempotencyKey: null,
}

const open = (welcomeCents = 1_000) => openTestAccount(suite.db, { welcomeCents, now })
const contextOf = (account: TestAccount, at = now) =>
  testContext({ db: suite.db, actor: account.owner, now: at })

describe('getNumberPlans', () => {
  it('lists what the account holds, the oldest first, with the day of the next rent of each', async () => {
    const account = await open()
    const later = new Date('2026-02-10T08:00:00Z')
    const bought = await buyNumber(contextOf(account, later), ANY)
    await changeNumber(contextOf(account, later), bought.id, { nickname: 'Sales' })
    const plans = await getNumberPlans(contextOf(account, later))
    const { numberRent } = contextOf(account).prices
    expect(plans).toMatchObject({
      rent: numberRent,
      balance: { micros: usdFromCents(1_000).micros - numberRent.micros },
      monthEnd: new Date('2026-03-10T08:00:00Z'),
      cover: null,
    })
    expect(plans.numbers).toEqual([
      expect.objectContaining({ mode: 'PAYG', nickname: null, rentDueAt: new Date('2026-02-28T10:00:00Z') }),
      {
        id: bought.id,
        number: bought.number,
        nickname: 'Sales',
        mode: 'PAYG',
        rentDueAt: new Date('2026-03-10T08:00:00Z'),
      },
    ])
  })

  it('leaves out what was released', async () => {
    const account = await open()
    const [first] = (await getNumberPlans(contextOf(account))).numbers
    await releaseNumber(contextOf(account), first?.id ?? '')
    expect((await getNumberPlans(contextOf(account))).numbers).toEqual([])
  })

  it('knows no rent of a covered number whose month has passed', async () => {
    const account = await open()
    const other = await buyNumber(contextOf(account), ANY)
    for (const { id } of (await getNumberPlans(contextOf(account))).numbers) {
      await suite.db.sql`select set_number_mode(${account.accountId}, ${id}, 'FIXED', ${now})`
    }
    const later = new Date('2026-03-05T10:00:00Z')
    // Whoever releases a number settles what was due before.
    await releaseNumber(contextOf(account, later), other.id)
    expect((await getNumberPlans(contextOf(account, later))).numbers).toMatchObject([
      { mode: 'FIXED', rentDueAt: null },
    ])
  })

  it('can be read by an impersonator, whose handle cannot write', async () => {
    const account = await open()
    const db = openDatabase(suite.readonlyUrl, { poolSize: 1, applicationName: 'test' })
    const actor = {
      kind: 'impersonator',
      staffUserId: 's',
      reason: 'a call',
      accountId: account.accountId,
      scopes: ['billing:read'],
    } as const
    expect((await getNumberPlans(testContext({ db, actor, now }))).numbers).toHaveLength(1)
    await db.close()
  })

  it('is for whoever may read the billing', async () => {
    const account = await open()
    const actor = { ...memberActor(account.accountId, 'u', 'viewer'), scopes: [] }
    const ctx = testContext({ db: suite.db, actor })
    await expect(getNumberPlans(ctx)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(quoteNumber(ctx)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('quoteNumber', () => {
  it('says what the purchase then does: the price, the balance after it, and until when it is paid', async () => {
    const account = await open()
    const quote = await quoteNumber(contextOf(account))
    expect(quote).toMatchObject({ kind: 'wallet', coveredUntil: new Date('2026-02-28T10:00:00Z') })
    const { id } = await buyNumber(contextOf(account), ANY)
    const plans = await getNumberPlans(contextOf(account))
    expect(plans.balance).toEqual(quote.balanceAfter)
    expect(plans.numbers.find((number) => number.id === id)?.rentDueAt).toEqual(quote.coveredUntil)
  })

  it('says that the balance is too low where the purchase would be refused', async () => {
    const account = await open(1)
    expect(await quoteNumber(contextOf(account))).toMatchObject({ kind: 'short' })
    await expect(buyNumber(contextOf(account), ANY)).rejects.toMatchObject({ code: 'insufficient_funds' })
  })
})
