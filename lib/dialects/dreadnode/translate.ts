import type { CreditsBundle } from '@/lib/core/ports/payment-provider'
import type { CreditBalance } from '@/lib/core/credits/get-credit-balance'
import type { CreditTransaction, CreditTransactionKind } from '@/lib/core/credits/list-credit-transactions'
import { ceilUnits, exactCents, floorUnits, type Money } from '@/lib/kit/money'
import type { z } from 'zod'
import type {
  balanceResponse,
  priceResponse,
  TransactionsResponse,
  TransactionType,
  UsageResponse,
} from './contract'

/** Credits of the value given, whole ones: what is there is rounded down, also below zero. */
export function presentBalance(found: CreditBalance, credit: Money): z.infer<typeof balanceResponse> {
  return {
    balance: floorUnits(found.balance, credit),
    is_low_balance: found.isLow,
    auto_refill_enabled: found.autoTopUpEnabled,
  }
}

export function presentPrice(bundle: CreditsBundle): z.infer<typeof priceResponse> {
  return {
    credits: bundle.credits,
    currency: 'usd',
    price_cents: exactCents(bundle.price),
    product_name: bundle.productName,
    product_description: bundle.productDescription,
  }
}

const TYPES = {
  purchase: 'purchase',
  automatic: 'auto_refill',
  usage: 'usage',
  welcome: 'signup_allocation',
  refund: 'refund',
  adjustment: 'admin_adjustment',
} as const satisfies Record<CreditTransactionKind, TransactionType>

/** The kinds that are asked for; types that nothing of ours has ask for none. */
export function kindsOf(types: readonly TransactionType[] | null): readonly CreditTransactionKind[] | null {
  if (types === null) return null
  const kinds: CreditTransactionKind[] = ['purchase', 'automatic', 'usage', 'welcome', 'refund', 'adjustment']
  return kinds.filter((kind) => types.includes(TYPES[kind]))
}

export function presentTransaction(
  transaction: CreditTransaction,
  credit: Money,
): TransactionsResponse[number] {
  return {
    id: transaction.id,
    amount: floorUnits(transaction.change, credit),
    transaction_type: TYPES[transaction.kind],
    created_at: transaction.occurredAt,
    description: descriptionOf(transaction),
    has_receipt: transaction.code === 'deposit_card',
    model: null,
    input_tokens: null,
    output_tokens: null,
    inference_cost_usd: null,
  }
}

const DESCRIPTIONS = {
  deposit_card: 'Credits bought by card',
  repayment: 'Overdraft paid with the subscription',
  usage: 'Usage',
  rent: 'Number rent',
  deposit_welcome: 'Welcome credit',
  refund: 'Refund',
  dispute: 'Disputed payment',
  hold: 'Frozen while a payment is disputed',
  deposit_manual: 'Granted by support',
  allowance: 'Monthly allowance',
  expiry: 'Expired credit',
  reversal: 'Correction',
} as const satisfies Record<CreditTransaction['code'], string>

function descriptionOf({ kind, code, fareName, number }: CreditTransaction): string {
  if (kind === 'automatic') return 'Automatic top-up'
  const what = fareName ?? DESCRIPTIONS[code]
  return number === null ? what : `${what} (${number})`
}

/** What was used, rounded up: no usage shows as free. */
export function presentUsage(used: Money, credit: Money): UsageResponse {
  const credits = ceilUnits(used, credit)
  return {
    current_storage_gb: 0,
    estimated_span_count: 0,
    inference_credits: 0,
    sandbox_credits: credits,
    span_credits: 0,
    storage_credits: 0,
    total_credits: credits,
    web_search_credits: 0,
  }
}
