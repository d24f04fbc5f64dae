import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database, Sql } from '@/lib/db/client'
import { parsePostingOutcome, type PostingOutcome } from './posting-outcome'
import type { CreditSpend } from './spend-credit'

/** busy: another has locked the account, and the call would not wait for it. Nothing was changed. */
export type SpendAnswer = PostingOutcome | Readonly<{ status: 'busy' }>

type Manner = Readonly<{
  /** Whether to wait for accounts that others have locked; where not, their spends are answered `busy`. */
  waits: boolean
  budgetMs?: number
}>

/**
 * Spends in one round trip and one commit, each at its own `now`. Answers in the order given; a refused spend fails alone.
 * Spends of one account happen in the order given.
 */
export function spendBatch(
  db: Database,
  spends: readonly CreditSpend[],
  { waits, budgetMs }: Manner,
): Promise<readonly SpendAnswer[]> {
  const [spend, ...others] = spends
  if (spend === undefined) return Promise.resolve([])
  const call = (sql: Sql) => (others.length === 0 ? callOne(sql, spend, waits) : callMany(sql, spends, waits))
  return callDatabase(db, async (sql) => (await call(sql)).map(parseSpendAnswer), budgetMs)
}

function callOne(sql: Sql, spend: CreditSpend, waits: boolean) {
  return sql`
    select * from ledger.spend(${spend.accountId}, ${spend.code}, ${spend.reference}, ${spend.amount.micros},
      ${spend.overdraftLimit?.micros ?? null}, ${spend.occurredAt}, ${spend.now}, ${waits})`
}

function callMany(sql: Sql, spends: readonly CreditSpend[], waits: boolean) {
  const column = (of: (spend: CreditSpend) => string | null) => arrayLiteral(spends.map(of))
  const accounts = column((spend) => String(spend.accountId))
  const codes = column((spend) => spend.code)
  const references = column((spend) => spend.reference)
  const micros = column((spend) => String(spend.amount.micros))
  const limits = column((spend) => spend.overdraftLimit?.micros.toString() ?? null)
  const moments = column((spend) => spend.occurredAt.toISOString())
  const nows = column((spend) => spend.now.toISOString())
  return sql`
    select * from ledger.spend_batch(${accounts}, ${codes}, ${references}, ${micros}, ${limits}, ${moments}, ${nows},
      ${waits})`
}

const busy = z.object({ status: z.literal('busy') })

function parseSpendAnswer(row: unknown): SpendAnswer {
  return busy.safeParse(row).data ?? parsePostingOutcome(row)
}

/** An array in PostgreSQL's own text form: the driver knows array types only after its first query on a pool. */
function arrayLiteral(values: readonly (string | null)[]): string {
  const quoted = values.map((value) => (value === null ? 'NULL' : `"${value.replaceAll(/["\\]/g, '\\$&')}"`))
  return `{${quoted.join(',')}}`
}
