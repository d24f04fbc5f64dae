import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'

/** What is shown of each kind of thing; whoever looks for more says more. */
const HITS_MAX = 20

const KINDS = [
  'account',
  'slug',
  'customer',
  'order',
  'checkout',
  'invoice',
  'return',
  'subscription',
  'event',
  'number',
  'released-number',
  'card',
  'name',
  'person',
] as const
export type HitKind = (typeof KINDS)[number] | 'payment'

/** An account, and what of the text was found there. */
export type SearchHit = Readonly<{
  accountId: bigint
  accountName: string
  slug: string
  kind: HitKind
  /** What was found, in the words of its kind; null where that is the account itself. */
  detail: string | null
}>

export type SearchResult = Readonly<{
  /** The surest first. */
  hits: readonly SearchHit[]
  /** Whether there is more of some kind. */
  hasMore: boolean
  /** Whether the provider would have had to be asked about it, and did not answer. */
  isProviderAway: boolean
}>

const rows = z.array(
  z
    .object({
      account_id: z.bigint(),
      account_name: z.string(),
      slug: z.string(),
      kind: z.enum(KINDS),
      detail: z.string().nullable(),
      more: z.boolean(),
    })
    .transform(({ account_id: accountId, account_name: accountName, more, ...hit }) => ({
      hit: { accountId, accountName, ...hit },
      isBeyond: more,
    })),
)

/**
 * Accounts by name, e-mail, slug, id, number (also its last digits), the last four digits of a card, or any id of an order,
 * Checkout, invoice, customer, refund, dispute, subscription, event, payment or charge. Reads indexes only; payments and
 * charges, which we keep no ids of, are asked of the provider. @throws BillingError `forbidden`, `database_unavailable`
 */
export async function searchAccounts(ctx: Context, text: string): Promise<SearchResult> {
  requireStaff(ctx.actor, 'staff:read')
  const known = await find(ctx, text)
  if (known.hits.length > 0 || !/^(in|pi|ch|py)_\w{1,250}$/.test(text)) {
    return { ...known, isProviderAway: false }
  }
  try {
    const { hits, hasMore } = await findAtProvider(ctx, text)
    return { hits: hits.map((hit) => ({ ...hit, detail: text })), hasMore, isProviderAway: false }
  } catch (error) {
    if (error instanceof BillingError && error.code === 'payment_provider_unavailable') {
      return { hits: [], hasMore: false, isProviderAway: true }
    }
    throw error
  }
}

type Found = Readonly<{ hits: readonly SearchHit[]; hasMore: boolean }>

async function find(ctx: Context, text: string): Promise<Found> {
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select account_id, account_name, slug, kind, detail, more from search_accounts(${text}, ${HITS_MAX})`,
  )
  const parsed = rows.parse([...found])
  return {
    hits: parsed.filter(({ isBeyond }) => !isBeyond).map(({ hit }) => hit),
    hasMore: parsed.some(({ isBeyond }) => isBeyond),
  }
}

/** By the invoice that was paid; one that is none of our orders still has a customer. */
async function findAtProvider(ctx: Context, id: string): Promise<Found> {
  const nothing = { hits: [], hasMore: false }
  const invoiceId = await invoiceOf(ctx, id)
  if (invoiceId === null) return nothing
  const kind = invoiceId === id ? 'invoice' : 'payment'
  const known = kind === 'payment' ? await find(ctx, invoiceId) : nothing
  const found = known.hits.length > 0 ? known : await findCustomerOf(ctx, invoiceId)
  return { ...found, hits: found.hits.map((hit) => ({ ...hit, kind })) }
}

async function findCustomerOf(ctx: Context, invoiceId: string): Promise<Found> {
  const invoice = await ctx.payments.invoice(invoiceId)
  const customerId = invoice?.customerId ?? null
  return customerId === null ? { hits: [], hasMore: false } : find(ctx, customerId)
}

/** The invoice that the id is of, or that the payment or charge paid. */
async function invoiceOf(ctx: Context, id: string): Promise<string | null> {
  if (id.startsWith('in_')) return id
  const paymentId = id.startsWith('pi_') ? id : await ctx.payments.paymentOfCharge(id)
  return paymentId === null ? null : ctx.payments.invoiceOfPayment(paymentId)
}
