import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { usd, type Money } from '@/lib/kit/money'

/** What became of a purchase so far. `succeeded` and `failed` are its ends. */
export type PurchaseResult = Readonly<{ purchaseId: string; amount: Money }> &
  (
    | Readonly<{
        state: 'succeeded'
        /** Of the wallet, after the deposit. */
        balance: Money
        postingId: bigint
      }>
    | Readonly<{
        state: 'failed'
        /** The provider's, or one of ours: see `refusalOfPurchase`. */
        failureCode: string
        /** The bank's reason, where it gave one. */
        declineCode: string | null
      }>
    /** `url` is where the customer confirms it; null where that was told before, and to someone else. */
    | Readonly<{ state: 'requires_action'; url: string | null }>
    /** Somebody is charging it at this moment. */
    | Readonly<{ state: 'charging' }>
    | Readonly<{ state: 'unknown' }>
  )

const row = z.object({
  id: z.string(),
  amount_micros: z.bigint(),
  state: z.enum(['created', 'charging', 'succeeded', 'failed', 'requires_action', 'unknown']),
  held: z.boolean(),
  failure_code: z.string().nullable(),
  decline_code: z.string().nullable(),
  balance_after_micros: z.bigint().nullable(),
  posting_id: z.bigint().nullable(),
  url: z.string().nullable(),
})

/** An account's purchase (null: anybody's) as it stands; null where there is none with this id. */
export async function readPurchase(
  db: Database,
  accountId: bigint | null,
  purchaseId: string,
): Promise<PurchaseResult | null> {
  const [found] = await callDatabase(
    db,
    (sql) => sql`
      select p.id, p.amount_micros, p.state, p.due_at > clock_timestamp() as held, p.failure_code, p.decline_code,
             p.balance_after_micros, p.posting_id,
             case when p.state = 'requires_action' then
               (select r.answer ->> 'url' from idempotency_record r
                 where r.account_id = p.account_id and r.subject_id = p.id limit 1) end as url
        from purchase p
       where p.id = ${purchaseId} and p.account_id = coalesce(${accountId}, p.account_id)`,
  )
  return found === undefined ? null : resultOf(row.parse(found))
}

function resultOf(found: z.infer<typeof row>): PurchaseResult {
  const common = { purchaseId: found.id, amount: usd(found.amount_micros) }
  const { state, balance_after_micros: balance, posting_id: postingId } = found
  if (state === 'succeeded' && balance !== null && postingId !== null) {
    return { ...common, state, balance: usd(balance), postingId }
  }
  if (state === 'failed') {
    return { ...common, state, failureCode: found.failure_code ?? 'unknown', declineCode: found.decline_code }
  }
  if (state === 'requires_action') return { ...common, state, url: found.url }
  return { ...common, state: state !== 'unknown' && found.held ? 'charging' : 'unknown' }
}
