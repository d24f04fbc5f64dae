import { beforeEach, describe, expect, it } from 'vitest'
import { assignPlan } from '@/lib/core/allowance/assign-plan'
import { definePlan } from '@/lib/core/allowance/define-plan'
import { grantDueAllowances } from '@/lib/core/allowance/grant-due-allowances'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { sendQueuedMail } from '@/lib/core/mail/send-queued-mail'
import type { OutgoingMail } from '@/lib/core/ports/mailer'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd, usdFromCents, ZERO, type Money } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import type { AlertKind } from './alert-kind'
import { tellLowBalances } from './tell-low-balances'
import { updateAlertPreferences } from './update-alert-preferences'

const suite = useTestDatabase()
const start = new Date('2026-03-01T09:30:15.250Z')
const minute = (minutes: number) => new Date(start.getTime() + minutes * 60_000)

/** The job looks at everybody: each test is alone with its own account. */
beforeEach(async () => {
  await suite.db.sql`delete from low_balance_alert`
  await suite.db.sql`delete from mail`
})

const systemAt = (now: Date) => testContext({ db: suite.db, actor: SYSTEM, now })
const contextAt = (account: TestAccount, now: Date) =>
  testContext({ db: suite.db, actor: account.owner, now })
const runJobAt = (now: Date) => tellLowBalances(systemAt(now), 0n, 100)
const use = (account: TestAccount, cents: number, now: Date) =>
  recordUsage(contextAt(account, now), [
    {
      id: `call-${now.toISOString()}`,
      numberId: null,
      fareName: 'Call',
      billedQuantity: 1,
      amount: usdFromCents(cents),
      occurredAt: now,
    },
  ])
const deposit = (account: TestAccount, cents: number, now: Date) =>
  grantCredit(suite.db, {
    accountId: account.accountId,
    code: 'deposit_card',
    reference: `in_${now.toISOString()}`,
    category: 'purchased',
    priority: 0,
    paid: usdFromCents(cents),
    promoted: ZERO,
    expiresAt: null,
    occurredAt: now,
    now,
  })

/** An account with 10.00 that wants to be told below 5.00, or what is given. */
async function open(lowBalanceThreshold: Money | null = usdFromCents(500)): Promise<TestAccount> {
  const account = await openTestAccount(suite.db, { welcomeCents: 1_000, now: start })
  await setAlerts(account, lowBalanceThreshold)
  return account
}
const setAlerts = (
  account: TestAccount,
  lowBalanceThreshold: Money | null,
  muted: readonly AlertKind[] = [],
) => updateAlertPreferences(contextAt(account, start), { lowBalanceThreshold, muted })

/** What the outbox was told to send and has not yet. */
async function sendMail(): Promise<OutgoingMail[]> {
  const sent: OutgoingMail[] = []
  await sendQueuedMail(systemAt(start), { send: async (mail) => void sent.push(mail) }, 100)
  return sent.toSorted((a, b) => a.to.localeCompare(b.to))
}
const subjects = async () => (await sendMail()).map(({ subject }) => subject)

describe('a low balance', () => {
  it('is told of once, when the balance falls below what the account set and not when it reaches it', async () => {
    const account = await open()
    await use(account, 500, minute(1))
    await runJobAt(minute(1))
    expect(await subjects()).toEqual([])
    await use(account, 1, minute(2))
    await Promise.all(Array.from({ length: 10 }, () => runJobAt(minute(2))))
    await use(account, 100, minute(3))
    await runJobAt(minute(3))
    const [mail, ...others] = await sendMail()
    expect(others).toEqual([])
    expect(mail).toMatchObject({ to: account.email, subject: 'Your balance is $4.99' })
    expect(mail?.text).toContain('has fallen below $5.00')
  })

  it('is told of again once the balance was back at what was set', async () => {
    const account = await open()
    await use(account, 700, minute(1))
    await runJobAt(minute(1))
    await deposit(account, 199, minute(2))
    await runJobAt(minute(2))
    await use(account, 50, minute(3))
    await runJobAt(minute(3))
    expect(await subjects()).toEqual(['Your balance is $3.00'])
    await deposit(account, 51, minute(4))
    await runJobAt(minute(4))
    await use(account, 1, minute(5))
    await runJobAt(minute(5))
    expect(await subjects()).toEqual(['Your balance is $4.99'])
  })

  it('that is none any more when the mail would leave is not told of', async () => {
    const account = await open()
    await use(account, 700, minute(1))
    await runJobAt(minute(1))
    await deposit(account, 1_000, minute(2))
    await runJobAt(minute(2))
    expect(await subjects()).toEqual([])
  })

  it('is told of as soon as a threshold above the balance is set', async () => {
    const account = await open(null)
    await runJobAt(minute(1))
    expect(await subjects()).toEqual([])
    await setAlerts(account, usdFromCents(2_000))
    await runJobAt(minute(2))
    expect(await subjects()).toEqual(['Your balance is $10.00'])
  })

  it('is nobody’s business once the alert is off', async () => {
    const account = await open()
    await use(account, 700, minute(1))
    await runJobAt(minute(1))
    await setAlerts(account, null)
    await runJobAt(minute(2))
    expect(await subjects()).toEqual([])
  })

  it('of zero is a balance below zero, to the micro-dollar', async () => {
    const account = await open(ZERO)
    await use(account, 1_000, minute(1))
    await runJobAt(minute(1))
    expect(await subjects()).toEqual([])
    await recordUsage(contextAt(account, minute(2)), [
      { id: 'a', numberId: null, fareName: 'SMS', billedQuantity: 1, amount: usd(1n), occurredAt: minute(2) },
    ])
    await runJobAt(minute(2))
    expect(await subjects()).toEqual(['Your balance is −$0.01'])
  })

  it('is none while a subscription pays for the numbers', async () => {
    const account = await open()
    await suite.db.sql`select pause_release(${account.accountId}, ${minute(1)})`
    await use(account, 700, minute(2))
    await runJobAt(minute(2))
    expect(await subjects()).toEqual([])
    await suite.db.sql`select resume_release(${account.accountId}, ${minute(3)})`
    await runJobAt(minute(3))
    expect(await subjects()).toEqual(['Your balance is $3.00'])
  })

  it('is none in the moments of a new month before its allowance is granted', async () => {
    const account = await open()
    await definePlan(systemAt(start), { id: 'p', name: 'P', monthly: usdFromCents(1_000), tokensMax: null })
    await assignPlan(systemAt(start), { accountId: account.accountId, planId: 'p' })
    await use(account, 1_600, start)
    const april = new Date('2026-04-01T00:00:00Z')
    await runJobAt(start)
    expect(await subjects()).toEqual(['Your balance is $4.00'])
    await deposit(account, 100, minute(1))
    await runJobAt(minute(1))
    await use(account, 200, minute(2))
    await suite.db.sql`update low_balance_alert set told_at = null`
    await runJobAt(april)
    expect(await subjects()).toEqual([])
    await grantDueAllowances(systemAt(april), 100)
    await runJobAt(april)
    expect(await subjects()).toEqual([])
  })

  it('is looked for in every account, batch after batch', async () => {
    const accounts = [await open(), await open(), await open()]
    for (const account of accounts) await use(account, 700, minute(1))
    const first = await tellLowBalances(systemAt(minute(1)), 0n, 2)
    expect(first).toEqual({ lastAccount: accounts[1]?.accountId, accounts: 2, told: 2 })
    const second = await tellLowBalances(systemAt(minute(1)), first.lastAccount ?? 0n, 2)
    expect(second).toEqual({ lastAccount: accounts[2]?.accountId, accounts: 1, told: 1 })
    expect(await tellLowBalances(systemAt(minute(1)), second.lastAccount ?? 0n, 2)).toEqual({
      lastAccount: null,
      accounts: 0,
      told: 0,
    })
  })
})

describe('who is told', () => {
  async function addMember(account: TestAccount, role: string, email: string): Promise<string> {
    const [row] = await suite.db.sql<{ id: string }[]>`
      with person as (insert into "user" (email, name) values (${email}, 'B') returning id)
      insert into member (account_id, user_id, role) select ${account.accountId}, id, ${role} from person
      returning user_id as id`
    return row?.id ?? ''
  }

  it('are owners and billing members who did not switch it off', async () => {
    const account = await open()
    await addMember(account, 'billing', 'billing@example.com')
    await addMember(account, 'viewer', 'viewer@example.com')
    await use(account, 700, minute(1))
    await runJobAt(minute(1))
    expect((await sendMail()).map(({ to }) => to)).toEqual([account.email, 'billing@example.com'].toSorted())
    await setAlerts(account, usdFromCents(500), ['low-balance'])
    await deposit(account, 1_000, minute(2))
    await runJobAt(minute(2))
    await use(account, 1_000, minute(3))
    await runJobAt(minute(3))
    expect((await sendMail()).map(({ to }) => to)).toEqual(['billing@example.com'])
  })

  it('are not told of it by other switches', async () => {
    const account = await open()
    await setAlerts(account, usdFromCents(500), ['renewal', 'failed-payment', 'expiring-card'])
    await use(account, 700, minute(1))
    await runJobAt(minute(1))
    expect(await subjects()).toHaveLength(1)
  })

  it('are forgotten with their membership', async () => {
    const account = await open()
    const userId = await addMember(account, 'billing', 'leaves@example.com')
    await suite.db.sql`
      insert into alert_preference (account_id, user_id, muted) values (${account.accountId}, ${userId}, '{renewal}')`
    await suite.db.sql`delete from member where user_id = ${userId}`
    expect(await suite.db.sql`select from alert_preference where user_id = ${userId}`).toHaveLength(0)
  })
})
