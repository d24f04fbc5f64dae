import type { Instant } from '@/lib/kit/clock'
import { invariant } from '@/lib/kit/assert'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import type { PaidInvoice, PaidInvoicePage } from '../ports/payment-provider'
import { checkInvoice } from './check-invoice'
import type { Checked } from './checked'
import { decideDifference } from './decide-difference'
import { noteDifference } from './note-difference'
import {
  listBookedInvoices,
  listDifferingInvoices,
  listHeardInvoices,
  readBookedInvoices,
  type BookedInvoice,
} from './read-booked-invoices'
import { addTallies, EMPTY_TALLY, tallyOf, type Tally } from './tally'

type Span = Readonly<{ since: Instant; until: Instant }>

/**
 * The provider lists invoices by when they were made. One of a purchase can be paid for 24 hours; what is paid later is heard
 * of in the inbox, and looked for from the books' side.
 */
const PAYABLE_MS = 26 * 60 * 60 * 1000
/** An event may take so long before it counts as never delivered. */
const DELIVERY_MS = 10 * 60 * 1000
/** Stripe lists events for 30 days: what was paid before the inbox could hear of it was never told to it. */
const LISTED_MS = 29 * 24 * 60 * 60 * 1000

/**
 * Compares every invoice that was paid in a span of time, as the provider lists them, as the inbox heard of them and as the
 * books have them, and puts right what is missing in the books. What differed before is looked at again.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function reconcileInvoices(ctx: Context, { since, until }: Span): Promise<Tally> {
  requireSystem(ctx.actor)
  const seen = new Set<string>()
  let tally = await compareListed(ctx, { since, until }, seen)
  const checkUnseen = async (known: Readonly<{ id: string; accountId: bigint | null }>) => {
    if (seen.has(known.id)) return
    seen.add(known.id)
    tally = addTallies(tally, tallyOf(await checkInvoice(ctx, known)))
  }
  for (const heard of await listHeardInvoices(ctx.db, since, until)) await checkUnseen(heard)
  for await (const booked of listBookedInvoices(ctx.db, since, until)) await checkUnseen(booked)
  for (const differing of await listDifferingInvoices(ctx.db)) await checkUnseen(differing)
  return tally
}

/** What was paid in the span, page by page. Those that agree cost nothing more than their page. */
async function compareListed(ctx: Context, { since, until }: Span, seen: Set<string>): Promise<Tally> {
  const madeSince = new Date(since.getTime() - PAYABLE_MS)
  let tally = EMPTY_TALLY
  let after: string | null = null
  for (;;) {
    const page: PaidInvoicePage = await ctx.payments.paidInvoices({ since: madeSince, until, after })
    const paid = page.invoices.filter(({ paidAt }) => paidAt !== null && paidAt >= since && paidAt < until)
    const booked = await readBookedInvoices(
      ctx.db,
      paid.map((invoice) => ({ ...invoice, accountId: null })),
    )
    const bookedById = new Map(booked.map((found) => [found.id, found]))
    for (const invoice of paid) {
      const found = bookedById.get(invoice.id)
      invariant(found !== undefined, 'the books answer for every invoice asked for')
      seen.add(invoice.id)
      tally = addTallies(tally, tallyOf(await judge(ctx, invoice, found)))
      if (isUnheard(invoice, found, until)) tally = { ...tally, unheard: tally.unheard + 1 }
    }
    if (!page.hasMore || page.lastId === null) return tally
    after = page.lastId
  }
}

async function judge(ctx: Context, { id, paid }: PaidInvoice, booked: BookedInvoice): Promise<Checked> {
  const kind = decideDifference({
    atProvider: paid,
    inBooks: booked.paid,
    isOurs: booked.accountId !== null,
  })
  if (kind === null) return 'agrees'
  if (kind !== 'not_ours') return checkInvoice(ctx, { id, accountId: booked.accountId })
  // Whatever else the provider's account is used for is not read one by one.
  await noteDifference(ctx, {
    object: 'invoice',
    objectId: id,
    accountId: null,
    kind,
    atProvider: paid === 'not_in_dollars' ? null : paid,
    inBooks: null,
    reason: paid === 'not_in_dollars' ? 'currency_differs' : null,
  })
  return 'not_ours'
}

function isUnheard({ paidAt }: PaidInvoice, { accountId, isHeard }: BookedInvoice, until: Instant): boolean {
  if (accountId === null || isHeard || paidAt === null) return false
  const agoMs = until.getTime() - paidAt.getTime()
  return agoMs > DELIVERY_MS && agoMs < LISTED_MS
}
