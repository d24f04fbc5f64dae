import { z } from 'zod'
import { parseAs } from './parse-as'
import { reference } from './reference'

const subscriptions = z.array(
  z
    .object({ id: z.string(), default_payment_method: reference.nullish() })
    .transform(({ id, default_payment_method: method }) => ({ id, methodId: method ?? null })),
)

/** The method that each subscription names for its renewals; null: the customer's default. */
export function parseSubscriptionMethods(list: readonly unknown[]): z.infer<typeof subscriptions> {
  return parseAs(subscriptions, list, 'list of subscriptions')
}
