import { z } from 'zod'
import type { Payer } from '@/lib/core/ports/payment-provider'
import { parseAs } from './parse-as'
import { parsePaymentMethod } from './payment-method'

const customer = z.union([
  z.object({ deleted: z.literal(true) }).transform(() => null),
  z.object({
    balance: z.int().nullish(),
    invoice_settings: z.object({ default_payment_method: z.unknown() }),
  }),
])

/**
 * `named`: the method that was asked for, as Stripe gave it, null where the customer has it not; without it, the
 * customer's default is the method. Null for a customer that Stripe does not know, or that was deleted.
 */
export function parsePayer(value: unknown, asked: Readonly<{ named: unknown }> | null): Payer | null {
  const owner = value === null ? null : parseAs(customer, value, 'customer')
  if (owner === null) return null
  const method = asked === null ? owner.invoice_settings.default_payment_method : asked.named
  return {
    method: method == null ? null : parsePaymentMethod(method),
    hasBalance: (owner.balance ?? 0) !== 0,
  }
}
