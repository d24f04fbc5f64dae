import { describe, expect, test } from 'vitest'
import { usd, ZERO } from '@/lib/kit/money'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { openAccount } from './open-account'

const suite = useTestDatabase()
const NOW = new Date('2026-03-01T10:00:00Z')
const WELCOME = usd(5_000_000n)

function open(email: string, welcome = WELCOME) {
  const ctx = testContext({ db: suite.db, actor: SYSTEM, now: NOW })
  return openAccount(ctx, { email, name: null, password: 'correct horse', welcome, pepper: 'p'.repeat(32) })
}

/** The same in SQL alone: many at once without the cost of hashing as many passwords. */
async function openRaw(
  email: string,
  identity: string,
): Promise<{ status: string; welcomed: boolean | null }> {
  const [row] = await suite.db.sql<{ status: string; welcomed: boolean | null }[]>`
    select status, welcomed from open_account(${email}, null, 'hash', ${Buffer.from(identity)},
      ${`num_${email}`}, ${WELCOME.micros}, ${NOW})`
  if (row === undefined) throw new Error('open_account answers with one row')
  return row
}

async function count(query: Promise<readonly { count: string }[]>): Promise<number> {
  return Number((await query)[0]?.count)
}

async function welcomeDeposits(): Promise<number> {
  return count(suite.db.sql`select count(*)::text from ledger.posting where code = 'deposit_welcome'`)
}

describe('openAccount', () => {
  test('opens person, account, membership, books, number and welcome credit', async () => {
    const opened = await open('ada@example.com')
    if (opened.status !== 'opened') throw new Error('the account opens')
    expect(opened).toMatchObject({ welcomed: true, number: expect.stringMatching(/^\+1\d{3}55501\d\d$/) })
    const [row] = await suite.db.sql`
      select member.role, account.name, account.created_at, phone_number.number, phone_number.mode,
        (ledger.balance(account.id, ${NOW})).balance_micros as balance
      from account join member on member.account_id = account.id
        join phone_number on phone_number.account_id = account.id
      where account.id = ${opened.accountId} and member.user_id = ${opened.userId}`
    expect(row).toEqual({
      role: 'owner',
      name: 'ada@example.com',
      created_at: NOW,
      number: opened.number,
      mode: 'PAYG',
      balance: WELCOME.micros,
    })
  })

  test('again with the same e-mail opens nothing and keeps the first password', async () => {
    const first = await open('again@example.com')
    const before = await suite.db.sql`select password_hash from "user" where email = 'again@example.com'`
    expect(await open('again@example.com')).toEqual({ status: 'email_taken', userId: first.userId })
    expect(await suite.db.sql`select password_hash from "user" where email = 'again@example.com'`).toEqual(
      before,
    )
  })

  test('50 times at once for one person opens one account with one credit', async () => {
    const deposits = await welcomeDeposits()
    const opened = await Promise.all(Array.from({ length: 50 }, () => openRaw('racer@example.com', 'racer')))
    expect(opened.filter(({ status }) => status === 'opened')).toEqual([{ status: 'opened', welcomed: true }])
    expect(opened.filter(({ status }) => status === 'email_taken')).toHaveLength(49)
    expect(await welcomeDeposits()).toBe(deposits + 1)
  })

  test('50 times at once for one person under 50 e-mails opens 50 accounts, one of them with the credit', async () => {
    const deposits = await welcomeDeposits()
    const opened = await Promise.all(
      Array.from({ length: 50 }, (_, i) => openRaw(`farmer+${i}@example.com`, 'farmer')),
    )
    expect(opened.filter(({ status }) => status === 'opened')).toHaveLength(50)
    expect(opened.filter(({ welcomed }) => welcomed)).toHaveLength(1)
    expect(await welcomeDeposits()).toBe(deposits + 1)
  })

  test('welcomes one person once, whatever label or dots the address has', async () => {
    const aliases = ['j.doe@gmail.com', 'jdoe+two@gmail.com', 'jd.oe@googlemail.com']
    const welcomed: boolean[] = []
    for (const email of aliases) {
      const opened = await open(email)
      welcomed.push(opened.status === 'opened' && opened.welcomed)
    }
    expect(welcomed).toEqual([true, false, false])
  })

  test('gives racing accounts different numbers', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => openRaw(`many-${i}@example.com`, `many-${i}`)))
    const shared = await suite.db.sql`select number from phone_number group by number having count(*) > 1`
    expect(shared).toEqual([])
  })

  test('without a configured credit keeps it for later: nobody is marked as welcomed', async () => {
    const opened = await open('later@example.com', ZERO)
    expect(opened).toMatchObject({ status: 'opened', welcomed: false })
    const claims = await suite.db.sql`
      select from welcome_claim where account_id = ${opened.status === 'opened' ? opened.accountId : 0n}`
    expect(claims).toHaveLength(0)
  })

  test('is for the system alone', async () => {
    const actor = { kind: 'api-key', keyId: 'k', accountId: 1n, scopes: ['billing:write'] } as const
    const ctx = testContext({ db: suite.db, actor })
    const input = { email: 'x@example.com', name: null, password: 'p', welcome: WELCOME, pepper: 'p' }
    await expect(openAccount(ctx, input)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('the number pool', () => {
  test('gives one claim one number, however often and from how many places it asks', async () => {
    const { carrier } = testContext({ db: suite.db, actor: SYSTEM })
    const numbers = await Promise.all(Array.from({ length: 20 }, () => carrier.claim('claim-1', null)))
    expect(new Set(numbers).size).toBe(1)
  })

  test('opens accounts without a number once it is empty', async () => {
    await suite.db.sql`update number_pool set claim_id = number where claim_id is null`
    expect(await open('last@example.com')).toMatchObject({ status: 'opened', number: null, welcomed: true })
    const { carrier } = testContext({ db: suite.db, actor: SYSTEM })
    await expect(carrier.claim('claim-2', null)).rejects.toMatchObject({ code: 'conflict' })
  })
})
