import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { usd } from '@/lib/kit/money'

const instant = z.string().transform((text) => new Date(text))
const money = z.string().transform((micros) => usd(BigInt(micros)))

const subscription = z.object({
  id: z.string(),
  status: z.string(),
  interval: z.string(),
  quantity: z.int(),
  units: z.int(),
  periodStart: instant,
  periodEnd: instant,
  cancelAtPeriodEnd: z.boolean(),
  endedAt: instant.nullable(),
  latestInvoiceId: z.string().nullable(),
})

const subscriptionOrder = z.object({
  id: z.string(),
  state: z.string(),
  checkoutId: z.string().nullable(),
  interval: z.string(),
  quantity: z.int(),
  createdAt: instant,
})

const subscriptionInvoice = z.object({
  id: z.string(),
  paid: money,
  quantity: z.int(),
  periodStart: instant,
  periodEnd: instant,
  paidAt: instant,
})

const collection = z.object({
  id: z.string(),
  state: z.string(),
  amount: money,
  invoiceId: z.string().nullable(),
  createdAt: instant,
})

const autoTopUp = z.object({
  enabled: z.boolean(),
  scheduled: z.boolean(),
  stoppedReason: z.string().nullable(),
  failures: z.int(),
  lastAttemptAt: instant.nullable(),
  cooldownUntil: instant.nullable(),
})

const rows = z.tuple([
  z.object({
    customer_id: z.string().nullable(),
    subscription: subscription.nullable(),
    orders: z.array(subscriptionOrder),
    invoices: z.array(subscriptionInvoice),
    collections: z.array(collection),
    auto_top_up: autoTopUp.nullable(),
  }),
])

/**
 * What an account has at the provider, as our own database knows it: the newest twenty of each kind. `collections` are debts
 * that were put on a subscription's invoice.
 */
export type StripeObjects = Readonly<{
  customerId: string | null
  subscription: z.infer<typeof subscription> | null
  subscriptionOrders: readonly z.infer<typeof subscriptionOrder>[]
  subscriptionInvoices: readonly z.infer<typeof subscriptionInvoice>[]
  collections: readonly z.infer<typeof collection>[]
  /** Null where it was never set. */
  autoTopUp: z.infer<typeof autoTopUp> | null
}>

/** @throws BillingError `forbidden`, `database_unavailable` */
export async function getStripeObjects(ctx: Context, accountId: bigint): Promise<StripeObjects> {
  requireStaff(ctx.actor, 'staff:read')
  const [row] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select customer_id, subscription, orders, invoices, collections, auto_top_up
          from read_stripe_objects(${accountId}, 20)`,
    )),
  ])
  return {
    customerId: row.customer_id,
    subscription: row.subscription,
    subscriptionOrders: row.orders,
    subscriptionInvoices: row.invoices,
    collections: row.collections,
    autoTopUp: row.auto_top_up,
  }
}
