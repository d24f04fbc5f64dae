import { randomBytes } from 'node:crypto'
import Stripe from 'stripe'
import { WEBHOOK_SECRET } from './product-env'

export type Delivery = Readonly<{ id: string; body: string; header: string }>

type Options = Readonly<{
  id?: string
  type?: string
  object?: Readonly<Record<string, unknown>>
  /** Laid over the event: a foreign mode, another version, … */
  event?: Readonly<Record<string, unknown>>
  secret?: string
  /** When it is signed; Unix seconds. */
  timestamp?: number
}>

/** An event as Stripe would deliver it now, signed by Stripe's own package. */
export function signedEvent(options: Options = {}): Delivery {
  const id = options.id ?? `evt_${randomBytes(12).toString('hex')}`
  const body = JSON.stringify({
    id,
    object: 'event',
    type: options.type ?? 'invoice.paid',
    api_version: Stripe.API_VERSION,
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    pending_webhooks: 1,
    request: null,
    data: { object: options.object ?? { id: `in_${id.slice(4)}`, object: 'invoice' } },
    ...options.event,
  })
  return { id, body, header: sign(body, options) }
}

/** The header that makes a body a delivery. */
export function sign(body: string, options: Pick<Options, 'secret' | 'timestamp'> = {}): string {
  return Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret: options.secret ?? WEBHOOK_SECRET,
    timestamp: options.timestamp ?? Math.floor(Date.now() / 1000),
  })
}
