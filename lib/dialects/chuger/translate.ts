import type { PersonDetails } from '@/lib/core/accounts/get-person'
import type { CreditStatus } from '@/lib/core/credits/get-credit-status'
import type { ConsumptionItem } from '@/lib/core/credits/list-consumption'
import { ceilUnits, floorUnits, type Money } from '@/lib/kit/money'
import type { z } from 'zod'
import type {
  creditsResponse,
  PreviewResponse,
  previewRequest,
  Service,
  StatsResponse,
  Transaction,
  userResponse,
} from './contract'

const LOW_CREDITS_MIN = 50
const LOW_PERCENT = 20

/** Made once: a number's own `toLocaleString` looks the locale up each time. */
const GROUPED = new Intl.NumberFormat('en-US')

/** Whole credits of the value given: what is left is rounded down, what was used up. */
export function presentStats(status: CreditStatus, credit: Money): StatsResponse {
  const balance = floorUnits(status.balance, credit)
  const limit = floorUnits(status.limit, credit)
  const threshold = Math.max(LOW_CREDITS_MIN, Math.ceil((limit * LOW_PERCENT) / 100))
  return {
    balance,
    formatted_balance: GROUPED.format(balance),
    limit,
    used: ceilUnits(status.used, credit),
    is_low: balance < threshold,
    threshold,
    percentage_used: percentageOf(status),
    next_renewal: status.renewsAt === null ? null : `${status.renewsAt.toISOString().slice(0, 19)}Z`,
  }
}

/** Of the limit, to two decimals, half up; at most 100. Without a limit nothing of it is used. */
function percentageOf({ used, limit }: CreditStatus): number {
  if (limit.micros === 0n) return 0
  const hundredths = (used.micros * 20_000n + limit.micros) / (limit.micros * 2n)
  return Math.min(10_000, Number(hundredths)) / 100
}

export function presentCredits(status: CreditStatus, credit: Money): z.infer<typeof creditsResponse> {
  const stats = presentStats(status, credit)
  const { balance, formatted_balance, limit, used } = stats
  return { balance, formatted_balance, limit, used, status: stats }
}

/** What every answer says of the month. */
export function quotaHeaders(
  { limit, used }: Pick<CreditStatus, 'limit' | 'used'>,
  credit: Money,
): Readonly<Record<string, string>> {
  const quota = floorUnits(limit, credit)
  return {
    'x-monthly-quota': String(quota),
    'x-monthly-remaining': String(Math.max(0, quota - ceilUnits(used, credit))),
  }
}

export function presentTransaction(item: ConsumptionItem, credit: Money): Transaction {
  return {
    id: item.id,
    service_type: item.service,
    service_name: item.name,
    credits: ceilUnits(item.cost, credit),
    description: item.destination === null ? item.number : `To ${item.destination}`,
    metadata: {
      number: item.number,
      destination: item.destination,
      quantity: item.quantity,
      billed_quantity: item.billedQuantity,
    },
    created_at: item.occurredAt,
  }
}

/** What each service costs on every plan, in credits. */
const COSTS = {
  scrape: { name: 'Web Scraping', credits: 1 },
  content: { name: 'Content Extraction', credits: 2 },
  serp: { name: 'Search Results', credits: 5 },
  prompt: { name: 'Prompt', credits: 10 },
} as const satisfies Record<Service, Readonly<{ name: string; credits: number }>>

export function presentPreview(
  { service_type: service, quantity }: z.infer<typeof previewRequest>,
  { balance }: CreditStatus,
  credit: Money,
): PreviewResponse {
  const { name, credits } = COSTS[service]
  const current = floorUnits(balance, credit)
  const total = credits * quantity
  return {
    service_type: service,
    service_name: name,
    credit_cost_per_request: credits,
    quantity,
    total_cost: total,
    current_balance: current,
    remaining_after: current - total,
    can_afford: current >= total,
  }
}

export function presentUser(person: PersonDetails): z.infer<typeof userResponse> {
  return {
    id: Number(person.number),
    name: person.name,
    email: person.email,
    email_verified_at: person.emailVerifiedAt,
    created_at: person.createdAt,
    updated_at: person.updatedAt,
  }
}
