import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { usd, type Money } from '@/lib/kit/money'
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

export type ConsumptionPage = Readonly<{
  items: readonly ConsumptionItem[]
  /** On all pages. */
  total: number
  /** As in the account's status. */
  limit: Money
  used: Money
}>

const item = z
  .object({
    id: z.string(),
    service: z.enum(['call', 'sms', 'rent', 'other']),
    name: z.string(),
    micros: z.string().transform((digits) => usd(BigInt(digits))),
    number: z.string().nullable(),
    destination: z.string().nullable(),
    quantity: z.number().nullable(),
    billedQuantity: z.number(),
    at: z.string(),
  })
  .transform(({ micros: cost, at: occurredAt, ...rest }) => ({ ...rest, cost, occurredAt }))

const rows = z.tuple([
  z.object({
    items: z.array(item),
    total: z.bigint().transform(Number),
    limit_micros: z.bigint().transform(usd),
    used_micros: z.bigint().transform(usd),
  }),
])

/**
 * A page of what the wallet paid for, newest first: usage and rent, and nothing that came in. Pages are counted, so one
 * that is asked for while usage comes in may repeat the end of the one before. One round trip.
 * @throws BillingError `database_unavailable`
 */
export async function listConsumption(
  ctx: Context,
  { page, perPage }: Readonly<{ page: number; perPage: number }>,
): Promise<ConsumptionPage> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const offset = (page - 1) * perPage
  const [found] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select items, total, limit_micros, used_micros
          from read_consumption(${accountId}, ${ctx.now()}, ${offset}, ${perPage})`,
    )),
  ])
  return { items: found.items, total: found.total, limit: found.limit_micros, used: found.used_micros }
}
