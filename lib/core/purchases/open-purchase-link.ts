import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { settleInvoice } from '../top-ups/settle-top-up'
import { hashOfLink } from './send-confirmation-link'

/** What the one who has the link is told of the purchase that it confirms. */
export type LinkedPurchase = Readonly<{
  amount: Money
  /** Null where it is no card. */
  card: Readonly<{ brand: string; last4: string }> | null
}> &
  (
    | Readonly<{ state: 'open'; confirmUrl: string; expiresAt: Instant }>
    | Readonly<{ state: 'paid' | 'closed' }>
  )

const TOKEN = /^[\w-]{43}$/

const row = z.object({
  amount_micros: z.bigint(),
  method_brand: z.string().nullable(),
  method_last4: z.string().nullable(),
  state: z.enum(['created', 'charging', 'succeeded', 'failed', 'requires_action', 'unknown']),
  stripe_invoice_id: z.string(),
  link_expires_at: z.date(),
})

/**
 * The purchase behind a link, as it stands now: where the customer has confirmed it meanwhile, it is booked first. Null for
 * a link that is none of ours. Of a purchase that has its end the provider is not asked.
 * @throws BillingError `forbidden`, `payment_provider_unavailable`, `database_unavailable`
 */
export async function openPurchaseLink(ctx: Context, token: string): Promise<LinkedPurchase | null> {
  requireSystem(ctx.actor)
  if (!TOKEN.test(token)) return null
  const [found] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select amount_micros, method_brand, method_last4, state, stripe_invoice_id, link_expires_at
        from purchase where link_hash = ${hashOfLink(token)}`,
  )
  if (found === undefined) return null
  const purchase = row.parse(found)
  const { method_brand: brand, method_last4: last4 } = purchase
  const common = {
    amount: usd(purchase.amount_micros),
    card: brand === null || last4 === null ? null : { brand, last4 },
  }
  if (purchase.state === 'succeeded') return { ...common, state: 'paid' }
  if (purchase.state !== 'requires_action') return { ...common, state: 'closed' }
  const invoice = await ctx.payments.invoice(purchase.stripe_invoice_id)
  const settlement = await settleInvoice(ctx, purchase.stripe_invoice_id, invoice, [])
  if (settlement.kind === 'booked') return { ...common, state: 'paid' }
  const { link_expires_at: expiresAt } = purchase
  const confirmUrl = invoice?.status === 'open' ? invoice.hostedInvoiceUrl : null
  // Once its time is over nobody is sent there, even where the invoice is not closed yet.
  if (confirmUrl === null || expiresAt <= ctx.now()) return { ...common, state: 'closed' }
  return { ...common, state: 'open', confirmUrl, expiresAt }
}
