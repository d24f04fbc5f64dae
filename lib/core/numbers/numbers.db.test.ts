import postgres from 'postgres'
import { describe, expect, it } from 'vitest'
import type { NumberCarrier } from '@/lib/core/ports/number-carrier'
import { getBalance } from '@/lib/core/ledger/get-balance'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { BillingError } from '@/lib/kit/errors'
import { usdFromCents, ZERO } from '@/lib/kit/money'
import { localNumberPool } from '@/lib/server/local-number-pool'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { buyNumber, type NumberPurchase } from './buy-number'
import { changeNumber } from './change-number'
import { getNumber } from './get-number'
import { handBackNumbers } from './hand-back-numbers'
import { listNumbers } from './list-numbers'
import { releaseNumber } from './release-number'

const suite = useTestDatabase()
const now = new Date('2026-01-31T10:00:00Z')

const open = (welcomeCents = 1_000) => openTestAccount(suite.db, { welcomeCents, now })
const contextOf = (account: TestAccount, carrier?: NumberCarrier) =>
  testContext({ db: suite.db, actor: account.owner, now, ...(carrier && { carrier }) })
const purchase = (change: Partial<NumberPurchase> = {}): NumberPurchase => ({
  consent: null,
  inboundInstruction: 'Take a message.',
  inboundVoiceGender: 'female',
  inboundLanguage: 'en-US',
  areaCode: null,
  idempotencyKey: null,
  ...change,
})
const balanceOf = async (account: TestAccount) =>
  (await getBalance(suite.db, account.accountId, now))?.balance.micros
const poolHeldBy = async (claimId: string) =>
  (await suite.db.sql`select number from number_pool where claim_id = ${claimId}`).length
const claimStates = async (account: TestAccount) =>
  (
    await suite.db.sql<{ state: string }[]>`
      select state from number_claim where account_id = ${account.accountId} order by id`
  ).map((row) => row.state)
const codeOf = (error: unknown) => (error instanceof BillingError ? error.code : error)

/** The pool, with something that happens before or after it is asked. */
function carrier(change: Partial<NumberCarrier>): NumberCarrier {
  return { ...localNumberPool(suite.db), ...change }
}

describe('buyNumber', () => {
  it('adds a number, keeps what was said of it, and takes the first month of rent', async () => {
    const account = await open()
    const bought = await buyNumber(contextOf(account), purchase({ areaCode: '415' }))
    expect(bought).toEqual({
      id: expect.stringMatching(/^num_/) as string,
      number: expect.stringMatching(/^\+141555501\d\d$/) as string,
      nickname: null,
      mode: 'PAYG',
      createdAt: now,
      inboundInstruction: 'Take a message.',
      inboundVoiceGender: 'female',
      inboundLanguage: 'en-US',
      maxCallDurationSeconds: null,
    })
    expect(await getNumber(contextOf(account), bought.id)).toEqual(bought)
    expect((await listNumbers(contextOf(account))).map(({ id }) => id)).toContain(bought.id)
    expect(await balanceOf(account)).toBe(7_000_000n)
    expect(
      await suite.db.sql`
      select code, reference, occurred_at from ledger.posting
       where account_id = ${account.accountId} and code = 'rent'`,
    ).toEqual([{ code: 'rent', reference: `rent:${bought.id}:2026-01-31`, occurred_at: now }])
  })

  it('sells to the last cent and refuses the next, without asking the carrier', async () => {
    const account = await open(600)
    const asked: string[] = []
    const counting = carrier({
      claim: (claimId, areaCode) => {
        asked.push(claimId)
        return localNumberPool(suite.db).claim(claimId, areaCode)
      },
    })
    await buyNumber(contextOf(account, counting), purchase())
    await buyNumber(contextOf(account, counting), purchase())
    await expect(buyNumber(contextOf(account, counting), purchase())).rejects.toMatchObject({
      code: 'insufficient_funds',
      message: 'A number costs $3.00 a month, in advance, and the balance is $0.00. Add credits first.',
    })
    expect(asked).toHaveLength(2)
  })

  it('never takes the wallet below zero, however many buy at once, and hands back what nobody paid', async () => {
    const account = await open(1_000)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => buyNumber(contextOf(account), purchase())),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(await balanceOf(account)).toBe(1_000_000n)
    expect((await claimStates(account)).filter((state) => state === 'held')).toHaveLength(4)
    expect((await claimStates(account)).filter((state) => !['held', 'freed'].includes(state))).toEqual([])
  })

  it('gives the last number of an area to one of two buyers', async () => {
    const accounts = await Promise.all(Array.from({ length: 8 }, () => open()))
    await suite.db.sql`
      update number_pool set claim_id = number where claim_id is null and number like '+1305%' and number <> '+13055550100'`
    await suite.db.sql`
      insert into number_pool (number) values ('+13055550100') on conflict (number) do update set claim_id = null`
    const outcomes = await Promise.allSettled(
      accounts.map((account) => buyNumber(contextOf(account), purchase({ areaCode: '305' }))),
    )
    const sold = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.number] : []))
    expect(sold).toEqual(['+13055550100'])
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [codeOf(outcome.reason)] : [],
    )
    expect(refusals).toEqual(Array.from({ length: 7 }, () => 'conflict'))
  })

  it('buys one number for one Idempotency-Key, whenever and however often it comes', async () => {
    const account = await open(2_000)
    const buy = () => buyNumber(contextOf(account), purchase({ idempotencyKey: 'k-1' })).catch(codeOf)
    const first = await Promise.all(Array.from({ length: 20 }, buy))
    const bought = first.filter((answer) => answer !== 'in_flight')
    expect(new Set(bought.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await buy()).toEqual(bought[0])
    expect(await balanceOf(account)).toBe(17_000_000n)
    await expect(
      buyNumber(contextOf(account), purchase({ idempotencyKey: 'k-1', areaCode: '415' })),
    ).rejects.toMatchObject({ code: 'idempotency_key_reused' })
  })

  it('replays the first answer also once the number is renamed and released', async () => {
    const account = await open()
    const first = await buyNumber(contextOf(account), purchase({ idempotencyKey: 'k-1' }))
    await changeNumber(contextOf(account), first.id, { nickname: 'Desk' })
    await releaseNumber(contextOf(account), first.id)
    expect(await buyNumber(contextOf(account), purchase({ idempotencyKey: 'k-1' }))).toEqual(first)
  })

  it('frees the key of a purchase that was refused', async () => {
    const account = await open(0)
    const buy = () => buyNumber(contextOf(account), purchase({ idempotencyKey: 'k-1' }))
    await expect(buy()).rejects.toMatchObject({ code: 'insufficient_funds' })
    await credit(account, 300)
    expect(await buy()).toMatchObject({ mode: 'PAYG' })
    const other = await open()
    const buyThere = () => buyNumber(contextOf(other), purchase({ idempotencyKey: 'k-2', areaCode: '211' }))
    await expect(buyThere()).rejects.toMatchObject({ code: 'conflict' })
    await expect(buyThere()).rejects.toMatchObject({ code: 'conflict' })
  })

  it('takes up a purchase that was cut off after the carrier gave the number, once its lease is over', async () => {
    const account = await open()
    const { claimId } = await purchaseCutOff(account, 'k-1')
    await expect(buyNumber(contextOf(account), purchase({ idempotencyKey: 'k-1' }))).rejects.toMatchObject({
      code: 'in_flight',
    })
    await suite.db.sql`
      update idempotency_record set leased_until = clock_timestamp() where account_id = ${account.accountId}`
    const bought = await buyNumber(contextOf(account), purchase({ idempotencyKey: 'k-1' }))
    expect(bought.id).toBe(claimId)
    expect(await claimStates(account)).toEqual(['held', 'held'])
  })

  it('hands back the number of a purchase that was cut off and never asked for again, and frees its key', async () => {
    const account = await open()
    const { claimId } = await purchaseCutOff(account, 'k-1')
    const system = testContext({ db: suite.db, actor: SYSTEM, now })
    await handBackNumbers(system, 100)
    expect(await poolHeldBy(claimId)).toBe(1)
    await silence(claimId)
    const both = await Promise.all([handBackNumbers(system, 100), handBackNumbers(system, 100)])
    expect(both.reduce((sum, { handedBack }) => sum + handedBack, 0)).toBeGreaterThanOrEqual(1)
    expect(await poolHeldBy(claimId)).toBe(0)
    const bought = await buyNumber(contextOf(account), purchase({ idempotencyKey: 'k-1' }))
    expect(bought.id).not.toBe(claimId)
  })

  it('never records a number that was given up meanwhile', async () => {
    const account = await open()
    const slow = carrier({
      claim: async (claimId, areaCode) => {
        const number = await localNumberPool(suite.db).claim(claimId, areaCode)
        await silence(claimId)
        await handBackNumbers(testContext({ db: suite.db, actor: SYSTEM, now }), 100)
        return number
      },
    })
    await expect(buyNumber(contextOf(account, slow), purchase())).rejects.toMatchObject({ code: 'in_flight' })
    expect(await listNumbers(contextOf(account))).toHaveLength(1)
    expect(await balanceOf(account)).toBe(10_000_000n)
  })

  it('leaves nothing behind when the carrier fails', async () => {
    const account = await open()
    const failing = carrier({ claim: () => Promise.reject(new Error('the carrier is down')) })
    await expect(buyNumber(contextOf(account, failing), purchase())).rejects.toThrow('the carrier is down')
    expect((await claimStates(account)).sort()).toEqual(['freed', 'held'])
  })

  it('is for those who may write', async () => {
    const account = await open()
    const actor = { ...account.program, scopes: ['billing:read'] } as typeof account.program
    await expect(buyNumber(testContext({ db: suite.db, actor, now }), purchase())).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('changeNumber', () => {
  it('changes what is given and leaves the rest', async () => {
    const account = await open()
    const { id } = await buyNumber(contextOf(account), purchase())
    await changeNumber(contextOf(account), id, { nickname: 'Front desk', maxCallDurationSeconds: 60 })
    const changed = await changeNumber(contextOf(account), id, { inboundVoiceGender: null })
    expect(changed).toMatchObject({
      nickname: 'Front desk',
      maxCallDurationSeconds: 60,
      inboundVoiceGender: null,
      inboundInstruction: 'Take a message.',
    })
    expect(await changeNumber(contextOf(account), id, {})).toEqual(changed)
    expect(await changeNumber(contextOf(account), id, { nickname: '' })).toMatchObject({ nickname: null })
  })

  it('takes a nickname of 100 characters and none longer', async () => {
    const account = await open()
    const { id } = await buyNumber(contextOf(account), purchase())
    const nickname = 'ñ'.repeat(100)
    expect(await changeNumber(contextOf(account), id, { nickname })).toMatchObject({ nickname })
    await expect(changeNumber(contextOf(account), id, { nickname: `${nickname}!` })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it.each([changeNumber, (ctx: Parameters<typeof getNumber>[0], id: string) => getNumber(ctx, id)])(
    'knows neither foreign nor released nor invented numbers',
    async (verb) => {
      const [account, other] = await Promise.all([open(), open()])
      const [foreign] = await listNumbers(contextOf(other))
      const { id } = await buyNumber(contextOf(account), purchase())
      await releaseNumber(contextOf(account), id)
      for (const unknown of [foreign?.id ?? '', id, 'num_unknown']) {
        await expect(verb(contextOf(account), unknown, { nickname: 'x' })).rejects.toMatchObject({
          code: 'not_found',
        })
      }
    },
  )
})

describe('releaseNumber', () => {
  it('ends a number for good and hands it back, however often it is asked', async () => {
    const account = await open()
    const { id, number } = await buyNumber(contextOf(account), purchase())
    await Promise.all(Array.from({ length: 5 }, () => releaseNumber(contextOf(account), id)))
    await releaseNumber(contextOf(account), id)
    expect((await listNumbers(contextOf(account))).map((held) => held.id)).not.toContain(id)
    expect(await poolHeldBy(id)).toBe(0)
    expect(
      await suite.db.sql`
      select released_at, release_reason, rent_due_at from phone_number
       where account_id = ${account.accountId} and id = ${id}`,
    ).toEqual([{ released_at: now, release_reason: 'customer', rent_due_at: null }])
    const [pooled] = await suite.db.sql`select freed_at from number_pool where number = ${number}`
    expect(pooled).toMatchObject({ freed_at: expect.any(Date) as Date })
  })

  it('releases no number of others', async () => {
    const [account, other] = await Promise.all([open(), open()])
    const [foreign] = await listNumbers(contextOf(other))
    await expect(releaseNumber(contextOf(account), foreign?.id ?? '')).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await listNumbers(contextOf(other))).toHaveLength(1)
  })

  it('is taken up by the job where the carrier does not take the number back', async () => {
    const account = await open()
    const failing = carrier({ release: () => Promise.reject(new Error('the carrier is down')) })
    const { id } = await buyNumber(contextOf(account), purchase())
    await releaseNumber(contextOf(account, failing), id)
    expect(await poolHeldBy(id)).toBe(1)
    const { left } = await handBackNumbers(
      testContext({ db: suite.db, actor: SYSTEM, now, carrier: failing }),
      100,
    )
    expect(left).toBe(1)
    await silence(id)
    await handBackNumbers(testContext({ db: suite.db, actor: SYSTEM, now }), 100)
    expect(await poolHeldBy(id)).toBe(0)
  })
})

async function credit(account: TestAccount, cents: number): Promise<void> {
  await grantCredit(suite.db, {
    accountId: account.accountId,
    code: 'deposit_manual',
    reference: `manual-${String(cents)}`,
    category: 'purchased',
    priority: 0,
    paid: usdFromCents(cents),
    promoted: ZERO,
    expiresAt: null,
    occurredAt: now,
    now,
  })
}

/** A process that is killed when the carrier has given the number, and before that is written down. */
async function purchaseCutOff(account: TestAccount, idempotencyKey: string): Promise<{ claimId: string }> {
  let claimId = ''
  const killed = new Promise<never>(() => {})
  const reached = new Promise<void>((resolve) => {
    const deadly = carrier({
      claim: async (id, areaCode) => {
        await localNumberPool(suite.db).claim(id, areaCode)
        claimId = id
        resolve()
        return killed
      },
    })
    void buyNumber(contextOf(account, deadly), purchase({ idempotencyKey }))
  })
  await reached
  return { claimId }
}

/** Lets real time pass for a purchase, of which nothing is heard. */
async function silence(claimId: string): Promise<void> {
  await asOwner(
    `update number_claim set touched_at = clock_timestamp() - interval '1 hour' where id = '${claimId}'`,
  )
}

async function asOwner(statement: string): Promise<void> {
  const sql = postgres(suite.ownerUrl, { max: 1, onnotice: () => {} })
  await sql.unsafe(statement).finally(() => sql.end())
}
