import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@/lib/kit/ids'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()
const start = new Date('2026-03-01T09:30:15.250Z')
const hour = (hours: number) => new Date(start.getTime() + hours * 3_600_000)

let owner: postgres.Sql
beforeAll(() => {
  owner = postgres(suite.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(() => owner.end())

type Purchase = Readonly<{
  trigger?: 'manual' | 'threshold' | 'scheduled' | 'test'
  requestedBy?: string
  failureCode?: string
  declineCode?: string | null
}>

/** A purchase that ended at this moment, as the functions of purchases leave it. */
async function end(account: TestAccount, state: 'failed' | 'succeeded', at: Date, how: Purchase = {}) {
  const id = newId('ord')
  const accountId = String(account.accountId)
  const {
    trigger = 'threshold',
    requestedBy = 'system',
    failureCode = 'card_declined',
    declineCode = null,
  } = how
  await owner`
    insert into credit_order (id, account_id, stripe_customer_id, livemode, requested_by, created_at)
    values (${id}, ${accountId}, 'cus_1', false, ${requestedBy}, ${at})`
  await owner`
    insert into purchase (id, account_id, "trigger", amount_micros, method_type, method_brand, method_last4, created_at)
    values (${id}, ${accountId}, ${trigger}, 25000000, 'card', 'visa', '4242', ${at})`
  await owner`
    update purchase set state = ${state}, settled_at = ${at}, failure_code = ${state === 'failed' ? failureCode : null},
        decline_code = ${declineCode}
      where id = ${id}`
  return id
}

async function mailsOf(account: TestAccount) {
  const rows = await suite.db.sql<{ key: string; data: Record<string, unknown> }[]>`
    select key, data from mail where account_id = ${account.accountId} order by id`
  return rows.map(({ key, data }) => ({ key, ...data }))
}

describe('a purchase that failed with nobody there', () => {
  it('is told of, with what and why', async () => {
    const account = await openTestAccount(suite.db)
    const id = await end(account, 'failed', start, { declineCode: 'insufficient_funds' })
    expect(await mailsOf(account)).toEqual([
      {
        key: `failed-purchase:${id}`,
        accountName: 'Ada',
        amountMicros: '25000000',
        trigger: 'threshold',
        brand: 'visa',
        last4: '4242',
        declineCode: 'insufficient_funds',
      },
    ])
  })

  it('is told of once a day, and again as soon as one had succeeded in between', async () => {
    const account = await openTestAccount(suite.db)
    const told = [await end(account, 'failed', hour(0))]
    await end(account, 'failed', hour(1))
    await end(account, 'failed', hour(23))
    told.push(await end(account, 'failed', hour(24)))
    await end(account, 'succeeded', hour(25))
    told.push(await end(account, 'failed', hour(26)))
    await end(account, 'failed', hour(27))
    expect((await mailsOf(account)).map(({ key }) => key)).toEqual(told.map((id) => `failed-purchase:${id}`))
  })

  it('is told of where a program made it, and not where a person at the dashboard did, who has seen it', async () => {
    const program = await openTestAccount(suite.db)
    await end(program, 'failed', start, { trigger: 'manual', requestedBy: 'key:key_1' })
    expect(await mailsOf(program)).toMatchObject([{ trigger: 'manual' }])
    const person = await openTestAccount(suite.db)
    await end(person, 'failed', start, { trigger: 'manual', requestedBy: 'user:1' })
    expect(await mailsOf(person)).toEqual([])
  })

  it.each(['payment_provider_unavailable', 'replaced', 'too_late', 'invoice_closed'])(
    'is not told of where nothing was refused: %s',
    async (failureCode) => {
      const account = await openTestAccount(suite.db)
      await end(account, 'failed', start, { failureCode })
      expect(await mailsOf(account)).toEqual([])
    },
  )

  it('is not told to who has switched it off', async () => {
    const account = await openTestAccount(suite.db)
    await suite.db.sql`
      insert into alert_preference (account_id, user_id, muted)
      select account_id, user_id, '{failed-payment}' from member where account_id = ${account.accountId}`
    await end(account, 'failed', start)
    expect(await mailsOf(account)).toEqual([])
  })
})

it('a purchase that succeeds is no alert', async () => {
  const account = await openTestAccount(suite.db)
  await end(account, 'succeeded', start)
  expect(await mailsOf(account)).toEqual([])
})
