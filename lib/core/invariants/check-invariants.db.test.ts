import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clawBackCredit } from '@/lib/core/ledger/claw-back-credit'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { spendCredit } from '@/lib/core/ledger/spend-credit'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd, ZERO } from '@/lib/kit/money'
import { openBooks } from '@/lib/testing/ledger/open-books'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { memberActor, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { checkInvariants } from './check-invariants'

const suite = useTestDatabase()
const NOW = new Date('2026-03-01T10:00:00Z')

let superuser: postgres.Sql<{ bigint: bigint }>

beforeAll(async () => {
  superuser = postgres(suite.superuserUrl, { max: 1, onnotice: () => {}, types: { bigint: postgres.BigInt } })
  const accountId = await openBooks(suite)
  const moment = { accountId, occurredAt: NOW, now: NOW }
  await grantCredit(suite.db, {
    ...moment,
    code: 'deposit_card',
    category: 'purchased',
    priority: 0,
    expiresAt: null,
    reference: 'in_1',
    paid: usd(100n),
    promoted: ZERO,
  })
  await spendCredit(suite.db, {
    ...moment,
    code: 'usage',
    reference: 'usage:1',
    amount: usd(120n),
    overdraftLimit: null,
  })
  await clawBackCredit(suite.db, {
    ...moment,
    code: 'refund',
    reference: 're_1',
    grantReference: 'in_1',
    amount: usd(5n),
  })
  const ctx = testContext({ db: suite.db, actor: memberActor(accountId, randomUUID()), now: NOW })
  await recordUsage(ctx, [event('billed', 7n), event('free', 0n)])
  const customer = await openTestAccount(suite.db, { welcomeCents: 500, now: NOW })
  await buyNumber(testContext({ db: suite.db, actor: customer.owner, now: NOW }), {
    consent: null,
    inboundInstruction: null,
    inboundVoiceGender: null,
    inboundLanguage: null,
    areaCode: null,
    idempotencyKey: null,
  })
  await suite.db.sql`
    insert into credit_order
      (id, account_id, stripe_customer_id, livemode, due_micros, credit_micros, requested_by, created_at)
    values ('ord_1', ${customer.accountId}, 'cus_1', false, 20, 25, 'user:test', ${NOW})`
  await suite.db.sql`
    select outcome from settle_top_up('in_2', 'cus_1', 'ord_1', 'usd', false, 20, ${NOW}, ${NOW}, '{}')`
  const returns = [
    { id: 're_2', kind: 'refund', effect: 'claws', amountMicros: '4' },
    { id: 'dp_2', kind: 'dispute', effect: 'holds', amountMicros: '16' },
  ].map((said) => ({ ...said, state: said.effect, createdAt: NOW.toISOString() }))
  await suite.db.sql`
    select outcome from converge_payment(1, 'in_2', 'pi_2', ${JSON.stringify(returns)}::text::jsonb, ${NOW}, '{}')`
})

const event = (id: string, micros: bigint) => ({
  id,
  numberId: null,
  fareName: 'Call',
  billedQuantity: 1,
  amount: usd(micros),
  occurredAt: NOW,
})

afterAll(() => superuser.end({ timeout: 5 }))

class Undo extends Error {}

/** The laws that are found broken after a forgery that no trigger sees; all of it is undone. */
async function lawsBrokenBy(forgery: string): Promise<string[]> {
  let laws: string[] = []
  await superuser
    .begin(async (sql) => {
      await sql.unsafe(`set local session_replication_role = replica; ${forgery}`)
      const rows = await sql<{ law: string }[]>`
        select law from ledger.violations union select law from activity_violation
        union select law from number_violation union select law from credit_order_violation
        union select law from adjustment_violation
        union select law from refund_violation order by law`
      laws = rows.map((row) => row.law)
      throw new Undo()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error
    })
  return laws
}

/** For each law of the view a forgery that breaks it. */
const FORGERIES: Readonly<Record<string, string>> = {
  account_sum_not_zero: `update ledger.ledger_account set balance_micros = balance_micros + 1 where id = 6`,
  chart_incomplete: `delete from ledger.ledger_account where id = 2`,
  balance_is_not_sum_of_transfers: `update ledger.ledger_account set balance_micros = balance_micros + case id when 6 then 1 else -1 end
    where id in (6, 1)`,
  running_balance_broken: `update ledger.leg set to_balance_micros = to_balance_micros + 1 where leg = 1 and to_id = 6`,
  total_is_not_sum_of_legs: `update ledger.posting set total_micros = total_micros + 1 where code = 'usage'`,
  legs_not_counted_from_one: `update ledger.leg set leg = 7 where leg = 2`,
  clawed_is_not_what_was_taken: `update ledger.ledger_account set clawed_micros = clawed_micros + 1 where kind = 'grant'`,
  held_is_not_what_is_frozen: `update ledger.ledger_account set balance_micros = balance_micros + 1 where id = 2`,
  below_zero_since_wrong: `update ledger.ledger_account set below_zero_since = null where id = 1`,
  last_balance_wrong: `update ledger.posting set balance_micros = balance_micros + 1`,
  wallet_flag_wrong: `update ledger.ledger_account set in_wallet = true where kind = 'grant'`,
  last_moment_wrong: `update ledger.ledger_account set last_moment = last_moment - interval '1 hour'`,
  target_not_fitting: `update ledger.posting set target_id = null where code = 'refund'`,
  target_unknown: `update ledger.posting set target_id = 99999 where code = 'refund'`,
  currency_differs: `update ledger.posting set currency = 'EUR' where code = 'refund'`,
  side_unknown: `update ledger.leg set to_id = 9999 where to_id = 6`,
  transfer_not_fitting: `update ledger.posting set from_id = 1 where code = 'refund'`,
  usage_not_placed: `update usage_event set placed_at = null`,
  moment_taken_twice: `update usage_event set placed_at = (select occurred_at from ledger.posting where reference = 're_1')
    where id = 'free'`,
  usage_posted_differently: `update usage_event set amount_micros = amount_micros + 1`,
  usage_day_wrong: `update usage_day set events = events + 1`,
  rent_of_no_period: `delete from rent_period`,
  period_of_no_rent: `update rent_period set posting_id = 99999 where posting_id is not null`,
  rent_given_back_wrong: `update rent_period set reversed_at = starts_at where posting_id is not null`,
  rent_months_overlap: `insert into rent_period
    select account_id, reference || ':again', number_id, starts_at + interval '1 day', ends_at, 0, null, anchor, months from rent_period`,
  rent_of_covered_time: `update number_mode set mode = 'FIXED'`,
  mode_is_not_the_last: `update phone_number set mode = 'FIXED'`,
  mode_before_purchase: `update number_mode set since = since - interval '1 second'`,
  rent_after_release: `update phone_number set released_at = created_at`,
  claim_differs: `update number_claim set state = 'freed'`,
  paid_order_not_booked: `update credit_order set stripe_invoice_id = 'in_3'`,
  order_grants_another_amount: `update credit_order set credit_micros = 26`,
  order_books_another_payment: `update credit_order set due_micros = 21`,
  adjustment_not_posted: `insert into adjustment
      (id, account_id, kind, amount_micros, reason, requested_by, requested_at, needs_approval, state, posting_id)
    values ('adj_1', 1, 'grant', 1, 'never', gen_random_uuid(), now(), false, 'made', 99999)`,
  grant_of_no_adjustment: `update ledger.posting set code = 'deposit_manual', reference = 'manual:adj_2' where reference = 're_1'`,
  return_not_settled: `update payment_return set account_id = null`,
  return_takes_another_share: `update payment_return set amount_micros = amount_micros + 1 where kind = 'refund'`,
  return_clawed_wrong: `update payment_return set clawed_micros = clawed_micros + 1 where kind = 'refund'`,
  return_held_wrong: `update payment_return set held_micros = held_share_micros + 1 where kind = 'dispute'`,
  return_not_in_books: `update payment_return set claw_reference = 're_3' where kind = 'refund'`,
  payment_taken_back_beyond_its_credit: `update payment_return set clawed_micros = 26 where kind = 'refund'`,
  refund_not_stored: `insert into refund_request (id, account_id, stripe_invoice_id, amount_micros, reason, requested_by, key,
      request_hash, state, stripe_refund_id, due_at, created_at)
    select 'rfd_1', account_id, 'in_2', 1, 'test', 'staff:test', 'key', 'hash', 'succeeded', 're_4', now(), now()
    from payment_return where kind = 'refund'`,
}

describe('checkInvariants', () => {
  test('finds nothing in books that only the functions wrote', async () => {
    expect(await checkInvariants(suite.db.sql)).toEqual([])
  })

  test('knows exactly the laws that are forged here', async () => {
    const [row] = await superuser<{ definition: string }[]>`
      select pg_get_viewdef('ledger.violations'::regclass) || pg_get_viewdef('activity_violation'::regclass)
        || pg_get_viewdef('number_violation'::regclass) || pg_get_viewdef('credit_order_violation'::regclass)
        || pg_get_viewdef('adjustment_violation'::regclass)
        || pg_get_viewdef('refund_violation'::regclass) as definition`
    const laws = [...(row?.definition ?? '').matchAll(/SELECT '(\w+)'::text/g)].map((match) => match[1])
    expect([...new Set(laws)].sort()).toEqual(Object.keys(FORGERIES).sort())
  })

  test.each(Object.entries(FORGERIES))('finds %s', async (law, forgery) => {
    expect(await lawsBrokenBy(forgery)).toContain(law)
  })
})
