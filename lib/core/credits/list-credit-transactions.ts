import { z } from 'zod'
import { usd, type Money } from '@/lib/kit/money'
import { askAccount, type AccountQuestion } from '../account-question'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** `automatic`: bought by automatic top-up. `usage` includes rent. */
export type CreditTransactionKind = 'purchase' | 'automatic' | 'usage' | 'welcome' | 'refund' | 'adjustment'

/** What the ledger calls it, and what kind of transaction that is; a card deposit may be `automatic` instead. */
const KINDS = {
  deposit_card: 'purchase',
  repayment: 'purchase',
  usage: 'usage',
  rent: 'usage',
  deposit_welcome: 'welcome',
  refund: 'refund',
  dispute: 'refund',
  deposit_manual: 'adjustment',
  allowance: 'adjustment',
  hold: 'adjustment',
  expiry: 'adjustment',
  reversal: 'adjustment',
} as const satisfies Record<string, CreditTransactionKind>

type Code = keyof typeof KINDS
const isCode = (text: string): text is Code => Object.hasOwn(KINDS, text)

export type CreditTransaction = Readonly<{
  id: string
  /** UTC, whole seconds, with a Z. */
  occurredAt: string
  kind: CreditTransactionKind
  /** What was booked: tells kinds apart that an API may not. */
  code: Code
  /** What it did to the wallet: negative where it took from it. */
  change: Money
  /** What usage was charged as; null for everything else. */
  fareName: string | null
  number: string | null
}>

export type CreditTransactionRequest = Readonly<{
  /** Null: all of them. */
  kinds: readonly CreditTransactionKind[] | null
  limit: number
}>

const [id, at, micros] = [z.string(), z.string(), z.string()]
const [fare, number] = [z.string().nullable(), z.string().nullable()]
const answer = z.array(z.tuple([id, at, z.string().refine(isCode), z.boolean(), micros, fare, number]))

export function creditTransactionsQuestion({ kinds, limit }: CreditTransactionRequest): AccountQuestion {
  const codes = codesOf(kinds)
  const automatic = automaticOf(kinds)
  return {
    key: `credit-transactions ${codes.join()} ${String(automatic)} ${String(limit)}`,
    call: (sql, account) => sql`read_credit_transactions(${account}, ${codes}, ${automatic}, ${limit})`,
  }
}

/**
 * The newest of what came into the account's wallet and went out of it, newest first. Payments for a subscription, and
 * what it covers, never touch the wallet. One round trip. @throws BillingError `database_unavailable`
 */
export async function listCreditTransactions(
  ctx: Context,
  request: CreditTransactionRequest,
): Promise<readonly CreditTransaction[]> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const found = answer.parse(await askAccount(ctx, accountId, creditTransactionsQuestion(request)))
  return found.map(([id, at, code, automatic, micros, fare, number]) => ({
    id,
    occurredAt: `${at}Z`,
    kind: automatic ? 'automatic' : KINDS[code],
    code,
    change: usd(BigInt(micros)),
    fareName: fare,
    number,
  }))
}

function codesOf(kinds: CreditTransactionRequest['kinds']): string[] {
  return Object.entries(KINDS).flatMap(([code, kind]) => {
    const wanted =
      kinds === null || kinds.includes(kind) || (code === 'deposit_card' && kinds.includes('automatic'))
    return wanted ? [code] : []
  })
}

/** Which card deposits are wanted: made by automatic top-up, or not; null: both. */
function automaticOf(kinds: CreditTransactionRequest['kinds']): boolean | null {
  if (kinds === null || kinds.includes('purchase') === kinds.includes('automatic')) return null
  return kinds.includes('automatic')
}
