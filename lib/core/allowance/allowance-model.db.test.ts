import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd, usdFromCents, ZERO } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { repetitions } from '@/lib/testing/repetitions'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { assignPlan } from './assign-plan'
import { definePlan } from './define-plan'
import { getAllowance } from './get-allowance'
import { grantDueAllowances } from './grant-due-allowances'

const suite = useTestDatabase()
const DAY_MS = 86_400_000
const START = Date.UTC(2027, 10, 12)
const MONTHLY = { small: 500, large: 1_200 } as const
type PlanId = keyof typeof MONTHLY

type Step = Readonly<{ days: number }> &
  (
    | Readonly<{ kind: 'use' | 'deposit'; cents: number }>
    | Readonly<{ kind: 'assign'; plan: PlanId | null }>
    | Readonly<{ kind: 'job' }>
  )

const days = fc.integer({ min: 0, max: 45 })
const cents = fc.integer({ min: 1, max: 900 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('use' as const), cents, days }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deposit' as const), cents, days }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('job' as const), days }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('assign' as const),
      plan: fc.constantFrom('small' as const, 'large' as const, null),
      days,
    }),
  },
)

/** The rules in words, in cents: an allowance for the month, then what was paid for, then debt. */
class Model {
  allowance = 0
  topUps = 0
  debt = 0
  plan: PlanId | null = null
  /** The month that the allowance is of, and what was given for it. */
  month = ''
  granted = 0
  used = 0

  reach(month: string): void {
    if (month === this.month) return
    this.allowance = 0
  }

  grant(month: string): void {
    if (this.plan === null) return
    if (month !== this.month) {
      this.month = month
      this.granted = 0
      this.used = 0
    }
    const missing = Math.max(0, MONTHLY[this.plan] - this.granted)
    const repaid = Math.min(this.debt, missing)
    this.debt -= repaid
    this.used += repaid
    this.allowance += missing - repaid
    this.granted += missing
  }

  use(amount: number): void {
    const fromAllowance = Math.min(this.allowance, amount)
    const fromTopUps = Math.min(this.topUps, amount - fromAllowance)
    this.allowance -= fromAllowance
    this.topUps -= fromTopUps
    this.debt += amount - fromAllowance - fromTopUps
    this.used += amount
  }

  deposit(amount: number): void {
    const repaid = Math.min(this.debt, amount)
    this.debt -= repaid
    this.topUps += amount - repaid
  }
}

async function live(account: TestAccount, model: Model, one: Step, now: Date, id: string): Promise<void> {
  const system = testContext({ db: suite.db, actor: SYSTEM, now })
  const month = now.toISOString().slice(0, 7)
  model.reach(month)
  switch (one.kind) {
    case 'use':
      model.grant(month)
      model.use(one.cents)
      await recordUsage(testContext({ db: suite.db, actor: account.owner, now }), [
        {
          id,
          numberId: null,
          fareName: 'Call',
          billedQuantity: 1,
          amount: usdFromCents(one.cents),
          occurredAt: now,
        },
      ])
      return
    case 'deposit':
      model.deposit(one.cents)
      await grantCredit(suite.db, {
        accountId: account.accountId,
        code: 'deposit_card',
        reference: id,
        category: 'purchased',
        priority: 0,
        paid: usdFromCents(one.cents),
        promoted: ZERO,
        expiresAt: null,
        occurredAt: now,
        now,
      })
      return
    case 'assign':
      model.plan = one.plan
      model.grant(month)
      await assignPlan(system, { accountId: account.accountId, planId: one.plan })
      return
    case 'job':
      model.grant(month)
      await grantDueAllowances(system, 1_000)
  }
}

/** What the books hold of each category, in cents, as of this moment. */
async function heldAt(account: TestAccount, now: Date) {
  const rows = await suite.db.sql<{ category: string; micros: bigint }[]>`
    select coalesce(category, 'debt') as category, sum(balance_micros)::bigint as micros
      from ledger.ledger_account
     where account_id = ${account.accountId} and in_wallet and (expires_at is null or expires_at > ${now}) group by 1`
  const of = (category: string) =>
    Number((rows.find((row) => row.category === category)?.micros ?? 0n) / 10_000n)
  return { allowance: of('allowance'), topUps: of('purchased'), debt: 0 - of('debt') }
}

beforeAll(async () => {
  const ctx = testContext({ db: suite.db, actor: SYSTEM })
  for (const [id, monthly] of Object.entries(MONTHLY)) {
    await definePlan(ctx, { id, name: id, monthly: usdFromCents(monthly), tokensMax: null })
  }
})

it('is spent first and what was paid for last, whatever happens in which month', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      const account = await openTestAccount(suite.db, { now: new Date(START) })
      const model = new Model()
      let at = START
      for (const [index, one] of steps.entries()) {
        at += one.days * DAY_MS + 1_000
        const now = new Date(at)
        await live(account, model, one, now, `step-${String(index)}`)
        const { allowance, topUps, debt } = model
        expect(await heldAt(account, now)).toEqual({ allowance, topUps, debt })
        const read = await getAllowance(testContext({ db: suite.db, actor: account.owner, now }))
        if (model.plan === null) expect(read).toBeNull()
        else {
          const isGranted = model.month === now.toISOString().slice(0, 7)
          expect(read).toMatchObject({
            limit: usdFromCents(isGranted ? model.granted : MONTHLY[model.plan]),
            used: usdFromCents(isGranted ? model.used : 0),
            remaining: usdFromCents(allowance),
            balance: usd(usdFromCents(allowance + topUps - debt).micros),
          })
        }
      }
    }),
    { numRuns: repetitions({ usual: 40, long: 1_000 }) },
  )
})
