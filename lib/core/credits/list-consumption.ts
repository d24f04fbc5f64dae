import { z } from 'zod'
import { usd, type Money } from '@/lib/kit/money'
import { askAccount, type AccountQuestion } from '../account-question'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** Something that consumed credit. */
export type ConsumptionItem = Readonly<{
  /** The reporter's own id of usage, or the reference of rent: one of its kind in its account. */
  id: string
  service: 'call' | 'sms' | 'rent' | 'other'
  /** What it was charged as. */
  name: string
  cost: Money
  number: string | null
  destination: string | null
  /** Seconds or messages as reported; null where nothing was. */
  quantity: number | null
  /** As charged for; months of rent. */
  billedQuantity: number
  /** UTC, whole seconds, with a Z. */
  occurredAt: string
}>

export type ConsumptionRequest = Readonly<{ page: number; perPage: number }>

export type ConsumptionPage = Readonly<{
  items: readonly ConsumptionItem[]
  /** On all pages. */
  total: number
  /** As in the account's status. */
  limit: Money
  used: Money
}>

const answer = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      service: z.enum(['call', 'sms', 'rent', 'other']),
      name: z.string(),
      micros: z.string(),
      number: z.string().nullable(),
      destination: z.string().nullable(),
      quantity: z.number().nullable(),
      billedQuantity: z.number(),
      at: z.string(),
    }),
  ),
  total: z.number(),
  limit: z.string(),
  used: z.string(),
})

export function consumptionQuestion({ page, perPage }: ConsumptionRequest): AccountQuestion {
  const offset = (page - 1) * perPage
  return {
    key: `consumption ${String(offset)} ${String(perPage)}`,
    call: (sql, account, now) => sql`read_consumption(${account}, ${now}, ${offset}, ${perPage})`,
  }
}

/**
 * A page of what the wallet paid for, newest first: usage and rent, and nothing that came in. Pages are counted, so one
 * that is asked for while usage comes in may repeat the end of the one before. One round trip.
 * @throws BillingError `database_unavailable`
 */
export async function listConsumption(ctx: Context, request: ConsumptionRequest): Promise<ConsumptionPage> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const found = answer.parse(await askAccount(ctx, accountId, consumptionQuestion(request)))
  return {
    items: found.items.map(({ micros, at, ...item }) => ({
      ...item,
      cost: usd(BigInt(micros)),
      occurredAt: `${at}Z`,
    })),
    total: found.total,
    limit: usd(BigInt(found.limit)),
    used: usd(BigInt(found.used)),
  }
}
