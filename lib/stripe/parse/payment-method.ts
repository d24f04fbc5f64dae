import { z } from 'zod'
import type { SavedPaymentMethod } from '@/lib/core/ports/payment-provider'
import { parseAs } from './parse-as'
import { reference, unixSeconds } from './reference'

const cardFields = z.object({
  brand: z.string(),
  last4: z.string(),
  exp_month: z.int(),
  exp_year: z.int(),
})

const method = z.object({
  id: z.string(),
  type: z.string(),
  created: z.int(),
  card: cardFields.optional(),
  link: z.object({ email: z.string().nullish() }).optional(),
  paypal: z.object({ payer_email: z.string().nullish() }).optional(),
})

const customer = z.union([
  z.object({ deleted: z.literal(true) }).transform(() => null),
  z
    .object({ invoice_settings: z.object({ default_payment_method: reference.nullish() }) })
    .transform((value) => value.invoice_settings.default_payment_method ?? null),
])

/** The customer's default for invoices and renewals; null where there is none or the customer was deleted. */
export function parseDefaultPaymentMethod(value: unknown): string | null {
  return parseAs(customer, value, 'customer')
}

/** One method by itself, which does not say whether it is the default. */
export function parsePaymentMethod(value: unknown): Omit<SavedPaymentMethod, 'isDefault'> {
  return toSaved(parseAs(method, value, 'payment method'), null)
}

/** Every method of Stripe's list, the default first, then newest first; those of one second stay in Stripe's order. */
export function parsePaymentMethods(
  list: readonly unknown[],
  defaultId: string | null,
): SavedPaymentMethod[] {
  return list
    .map((item) => toSaved(parseAs(method, item, 'payment method'), defaultId))
    .sort((a, b) => rank(b) - rank(a) || b.createdAt.getTime() - a.createdAt.getTime())
}

/** Types other than cards are shown by their name and, where Stripe knows one, the account's e-mail address. */
function toSaved(value: z.infer<typeof method>, defaultId: string | null): SavedPaymentMethod {
  const { card } = value
  return {
    id: value.id,
    type: value.type,
    card:
      card === undefined
        ? null
        : { brand: card.brand, last4: card.last4, expMonth: card.exp_month, expYear: card.exp_year },
    email: value.link?.email ?? value.paypal?.payer_email ?? null,
    isDefault: value.id === defaultId,
    createdAt: unixSeconds(value.created),
  }
}

function rank(item: SavedPaymentMethod): number {
  return item.isDefault ? 1 : 0
}
