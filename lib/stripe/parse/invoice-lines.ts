import { z } from 'zod'
import type { InvoiceSnapshot, SubscriptionLine } from '@/lib/core/ports/payment-provider'
import { reference, unixSeconds } from './reference'

const proration = z.object({ credited_items: z.object({}).nullish() }).nullish()

/** A line of an invoice, as far as it says what a subscription's invoice covers. */
export const invoiceLine = z.object({
  id: z.string(),
  amount: z.int(),
  quantity: z.int().nullish(),
  period: z.object({ start: z.int(), end: z.int() }),
  pricing: z.object({ price_details: z.object({ price: reference }).nullish() }).nullish(),
  parent: z
    .object({
      subscription_item_details: z.object({ proration: z.boolean(), proration_details: proration }).nullish(),
      invoice_item_details: z
        .object({ invoice_item: z.string(), proration: z.boolean(), proration_details: proration })
        .nullish(),
    })
    .nullish(),
})

export type InvoiceLine = z.infer<typeof invoiceLine>

/** The prices of a number's subscription by their ids; a line at another price has no interval. */
export type IntervalOfPrice = ReadonlyMap<string, 'monthly' | 'annual'>

/** Units billed for a span of time, less those that are credited, and the items that were added by themselves. */
export function sortLines(
  lines: readonly InvoiceLine[],
  intervals: IntervalOfPrice,
): Pick<InvoiceSnapshot, 'subscriptionLines' | 'itemIds'> {
  const billed = lines.filter((line) => line.amount >= 0 && !isCredit(line) && isOfSubscription(line))
  return {
    subscriptionLines: billed.map((line) => lineOf(line, intervals)),
    itemIds: itemIdsOf(lines),
  }
}

/** The items on an invoice, or on the preview of one, that were added by themselves. */
export function itemIdsOf(lines: readonly Pick<InvoiceLine, 'parent'>[]): string[] {
  return lines.flatMap(({ parent }) => {
    const item = parent?.invoice_item_details
    return item == null || item.proration ? [] : [item.invoice_item]
  })
}

/** Proration can be billed as a line of the subscription or as an item of its own. */
function isOfSubscription({ parent }: InvoiceLine): boolean {
  return parent?.subscription_item_details != null || parent?.invoice_item_details?.proration === true
}

/** What gives back, and not only for nothing: under a discount of 100 % a credit has the amount 0. */
function isCredit({ parent }: InvoiceLine): boolean {
  const details = parent?.subscription_item_details ?? parent?.invoice_item_details
  return details?.proration_details?.credited_items != null
}

function lineOf(line: InvoiceLine, intervals: IntervalOfPrice): SubscriptionLine {
  const priceId = line.pricing?.price_details?.price
  const details = line.parent?.subscription_item_details ?? line.parent?.invoice_item_details
  return {
    quantity: line.quantity ?? 0,
    interval: (priceId === undefined ? undefined : intervals.get(priceId)) ?? null,
    start: unixSeconds(line.period.start),
    end: unixSeconds(line.period.end),
    proration: details?.proration ?? false,
  }
}
