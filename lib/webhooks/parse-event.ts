import { z } from 'zod'
import { isSubscribedEventType } from '@/lib/core/ports/payment-events'
import { API_VERSION } from '@/lib/stripe/open-client'

/** An event as it goes into the inbox: what we know of it, and what about it keeps it from being worked on. */
export type InboxEvent = Readonly<{
  id: string
  type: string
  livemode: boolean | null
  apiVersion: string | null
  createdAt: Date
  /** What to read again, or null where no handler cares. */
  subject: string | null
  /** Why staff must look at it before anything happens, or null. */
  quarantine: string | null
  /** JSON, as it was signed. */
  payload: string
}>

/** How an event reached us. Stripe lists it in the version of its creation, and delivers it in the endpoint's. */
export type EventSource = 'webhook' | 'sweep'

const reference = z
  .union([z.string(), z.object({ id: z.string() }).transform((object) => object.id)])
  .nullish()
  .catch(null)

/** Passes once the event is delivered again in our version. */
export const VERSION_DIFFERS = 'api_version_differs'

/** Only what is needed to know what to read again. Anything may be missing: Stripe's objects grow and shrink. */
const eventObject = z
  .object({
    id: z.string().regex(/^\w{1,255}$/),
    customer: reference,
    invoice: reference,
    payment_intent: reference,
  })
  .partial()

const event = z.object({
  id: z.string().regex(/^evt_\w{1,250}$/),
  type: z.string().regex(/^[\w.]{1,200}$/),
  object: z.string().optional().catch(undefined),
  account: z.string().nullish(),
  livemode: z.boolean().nullish().catch(null),
  api_version: z.string().max(100).nullish().catch(null),
  created: z.number().int().min(0).max(9_999_999_999).optional().catch(undefined),
  data: z.object({ object: eventObject.catch({}) }).catch({ object: {} }),
})

/**
 * Reads an event, signed or listed. Null for what is no event at all: no JSON object with an event id and a type.
 * `livemode` is our own mode: an event of the other is kept for staff. So is a delivery in a version that our endpoint
 * never asked for; a listed event is in whatever version Stripe chose, and only says what to read again.
 */
export function parseEvent(
  text: string,
  livemode: boolean,
  source: EventSource = 'webhook',
): InboxEvent | null {
  const parsed = event.safeParse(parseJson(text))
  if (!parsed.success) return null
  const { id, type, created, data } = parsed.data
  return {
    id,
    type,
    livemode: parsed.data.livemode ?? null,
    apiVersion: parsed.data.api_version ?? null,
    createdAt: created === undefined ? new Date() : new Date(created * 1000),
    subject: subjectOf(type, data.object),
    quarantine: reasonToQuarantine(parsed.data, livemode, source),
    payload: text,
  }
}

type ParsedEvent = z.infer<typeof event>

function reasonToQuarantine(parsed: ParsedEvent, livemode: boolean, source: EventSource): string | null {
  if (parsed.object !== 'event') return 'not_a_snapshot_event'
  if (parsed.account !== undefined && parsed.account !== null) return 'of_another_account'
  if (parsed.livemode !== livemode) return 'livemode_differs'
  if (source === 'webhook' && parsed.api_version !== API_VERSION) return VERSION_DIFFERS
  return null
}

/**
 * What an event asks us to read again. Events about one payment share one subject, the invoice, so that a burst of
 * them costs one read.
 */
function subjectOf(type: string, object: z.infer<typeof eventObject>): string | null {
  const { id, customer, invoice, payment_intent: payment } = object
  if (id === undefined || !isSubscribedEventType(type)) return null
  if (type.startsWith('checkout.session.')) return invoice ? `invoice:${invoice}` : `checkout:${id}`
  if (type.startsWith('invoice.')) return `invoice:${id}`
  if (type.startsWith('customer.subscription.')) return `subscription:${id}`
  if (type.startsWith('payment_intent.')) return `payment_intent:${id}`
  if (TAKES_BACK.test(type)) return payment ? `returns:${payment}` : null
  if (type.startsWith('payment_method.')) return customer ? `customer:${customer}` : null
  return null
}

/** Refunds, disputes and warnings of one payment are read together. */
const TAKES_BACK = /^(refund|charge\.dispute|radar\.early_fraud_warning)\./

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
