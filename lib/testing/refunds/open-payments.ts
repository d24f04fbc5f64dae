import { invariant } from '@/lib/kit/assert'
import { openTestAccount } from '@/lib/testing/open-test-account'
import type { SuiteDatabase } from '@/lib/testing/use-test-database'

export const START = new Date('2026-11-21T12:00:00Z')

/** So many minutes after the start. */
export const minutes = (count: number) => new Date(START.getTime() + count * 60_000)

export type Said = Readonly<{
  id: string
  kind: 'refund' | 'dispute' | 'warning'
  effect: 'claws' | 'holds' | 'none'
  micros: bigint
  state?: string
  /** Minutes after the start. */
  made?: number
  requestId?: string
}>

export type Converged = Readonly<{ outcome: string; reason: string | null; account_id: bigint | null }>

/** The payments of one account, and what Stripe says of them, told to the SQL functions as the verbs tell it. */
export type Payments = Readonly<{
  accountId: bigint
  place(order: string, terms?: Readonly<{ due: bigint; credit: bigint }>): Promise<void>
  settle(order: string, micros: bigint, at?: number): Promise<string>
  /** An order that is paid at once, under the invoice `in_<name>`. */
  pay(name: string, micros: bigint, at?: number): Promise<void>
  say(
    invoice: string,
    returns: readonly Said[],
    options?: Readonly<{ at?: number; ticket?: bigint }>,
  ): Promise<Converged>
  spend(id: string, micros: bigint, at?: number, limit?: bigint | null): Promise<string>
  balance(): Promise<bigint>
  /** Balances of the ledger accounts that are not zero, by kind; grants by the reference of their deposit. */
  books(): Promise<Readonly<Record<string, bigint>>>
  /** Code, reference and total of what was posted, the oldest first, without spends. */
  postings(): Promise<readonly string[]>
}>

export async function openPayments({ db }: SuiteDatabase, name: string): Promise<Payments> {
  const { accountId } = await openTestAccount(db, { now: START })
  const customer = `cus_${name}`
  await db.sql`update account set stripe_customer_id = ${customer} where id = ${accountId}`
  const settle: Payments['settle'] = async (order, micros, at = 0) => {
    const [row] = await db.sql<{ outcome: string }[]>`
      select outcome from settle_top_up(${`in_${order}`}, ${customer}, ${order}, 'USD', false, ${micros}, ${minutes(at)}, ${minutes(at)}, '{}')`
    return row?.outcome ?? 'nothing'
  }
  const place: Payments['place'] = async (order, terms) => {
    await db.sql`
      insert into credit_order (id, account_id, stripe_customer_id, livemode, state, due_micros, credit_micros, requested_by, created_at)
      values (${order}, ${accountId}, ${customer}, false, 'open', ${terms?.due ?? null}, ${terms?.credit ?? null}, 'user:test', ${START})`
  }
  return {
    accountId,
    place,
    settle,
    pay: async (order, micros, at = 0) => {
      await place(order)
      invariant((await settle(order, micros, at)) === 'booked', 'the payment is booked')
    },
    say: async (invoice, returns, { at = 10, ticket } = {}) => {
      const [row] = await db.sql<Converged[]>`
        select outcome, reason, account_id from converge_payment(coalesce(${ticket ?? null}::bigint, nextval('payment_reading')), ${invoice},
          ${`pi_${invoice}`}, ${JSON.stringify(returns.map(asSaid))}::text::jsonb, ${minutes(at)}, '{}')`
      invariant(row !== undefined, 'converging answers with one row')
      return row
    },
    spend: async (id, micros, at = 1, limit = null) => {
      const [row] = await db.sql<{ status: string }[]>`
        select status from ledger.spend(${accountId}, 'usage', ${`usage:${id}`}, ${micros}, ${limit}, ${minutes(at)}, ${minutes(at)})`
      return row?.status ?? 'nothing'
    },
    balance: async () => {
      const [row] = await db.sql<{ micros: bigint }[]>`
        select balance_micros as micros from ledger.balance(${accountId}, ${minutes(60)})`
      return row?.micros ?? 0n
    },
    books: async () => {
      const rows = await db.sql<{ name: string; micros: bigint }[]>`
        select coalesce(p.reference, a.kind) as name, a.balance_micros as micros
          from ledger.ledger_account a left join ledger.posting p on p.account_id = a.account_id and p.id = a.id
         where a.account_id = ${accountId} and a.balance_micros <> 0 order by a.id`
      return Object.fromEntries(rows.map((row) => [row.name, row.micros]))
    },
    postings: async () => {
      const rows = await db.sql<{ code: string; reference: string; total_micros: bigint }[]>`
        select code, reference, total_micros from ledger.posting
         where account_id = ${accountId} and code not in ('usage', 'rent') order by id`
      return rows.map((row) =>
        [row.code, row.code === 'reversal' ? '' : row.reference, row.total_micros]
          .filter((part) => part !== '')
          .join(' '),
      )
    },
  }
}

function asSaid({ id, kind, effect, micros, state, made, requestId }: Said) {
  return {
    id,
    kind,
    effect,
    state: state ?? effect,
    amountMicros: String(micros),
    reason: null,
    respondBy: null,
    createdAt: minutes(made ?? 5).toISOString(),
    requestId: requestId ?? null,
  }
}
