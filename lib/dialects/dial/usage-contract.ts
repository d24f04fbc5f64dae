import { z } from 'zod'
import { USAGE_EVENTS_MAX, USAGE_ID_LENGTH_MAX } from '@/lib/core/usage/record-usage'
import { QUANTITY_MAX } from '@/lib/core/usage/report-usage'
import { e164, validationErrors } from './contract'

/** PostgreSQL stores neither NUL nor half a surrogate pair, though JSON can spell both. */
export const usageEventId = z
  .string()
  .min(1)
  .max(USAGE_ID_LENGTH_MAX)
  .regex(/^[^\0\p{Surrogate}]*$/u, 'Invalid Unicode')

const number = e164.nullish()
const numberId = usageEventId.nullish()

/** UTC or with an offset; what is finer than a millisecond is cut off. Years before 1970 are no telephone usage of ours. */
const occurredAt = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((moment) => moment.getTime() >= 0, 'Too long ago')

const common = { id: usageEventId, numberId, number, destination: e164.nullish(), occurredAt }

/**
 * One thing used. The number is named by its id or as dialled; the id decides where both are given. `quantity`: seconds
 * of a call, or messages. Without a destination it came in. Unknown keys are ignored.
 */
export const usageEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), quantity: z.int().min(0).max(QUANTITY_MAX.call), ...common }),
  z.object({ kind: z.literal('sms'), quantity: z.int().min(0).max(QUANTITY_MAX.sms), ...common }),
])

/** A batch, or one event by itself. Each event is judged alone, after this. */
export const usageRequest = z.union(
  [
    z.object({ events: z.array(z.unknown()).min(1).max(USAGE_EVENTS_MAX) }).transform(({ events }) => events),
    z.looseObject({ id: z.unknown(), events: z.undefined().optional() }).transform((event) => [event]),
  ],
  `Send an event, or events: a list of 1 to ${USAGE_EVENTS_MAX} of them`,
)

const charged = {
  fareName: z.string(),
  /** Seconds charged for, or messages. */
  billedQuantity: z.int().nonnegative(),
  /** What it costs by its fare, in micro-dollars, and in cents rounded up. */
  amountMicros: z.int().nonnegative(),
  totalCents: z.int().nonnegative(),
  /** Who bears that: the wallet, or the entitlement of a subscription, and then it costs nothing. */
  attribution: z.enum(['wallet', 'entitlement']),
}

/** What became of each event, in the order sent. All of it is ours. */
export const usageResponse = z.strictObject({
  results: z.array(
    z.discriminatedUnion('status', [
      z.strictObject({ id: z.string(), status: z.literal('recorded'), ...charged }),
      z.strictObject({ id: z.string(), status: z.literal('duplicate'), ...charged }),
      z.strictObject({ id: z.string(), status: z.literal('mismatch'), error: z.string() }),
      z.strictObject({
        /** Null where the event has none that can be told. */
        id: z.string().nullable(),
        status: z.literal('refused'),
        error: z.union([z.string(), validationErrors]),
      }),
    ]),
  ),
})

export type UsageResponse = z.infer<typeof usageResponse>
