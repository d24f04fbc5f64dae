import type { Logger } from 'pino'
import type { Database } from '@/lib/db/client'
import { parseEvent } from './parse-event'
import { readBody } from './read-body'
import { storeDelivery } from './store-delivery'
import { verifySignature } from './verify-signature'

/** Stripe waits longer than this for an answer, so it always gets one: 200 only for what is stored. */
const STORE_BUDGET_MS = 7_000

export type Intake = Readonly<{
  db: Database
  log: Logger
  /** All that are accepted; none means that the endpoint is not configured. */
  secrets: readonly string[]
  livemode: boolean
}>

/** What the endpoint answers. 2xx exactly when the event is in the inbox; Stripe repeats everything else. */
export type IntakeAnswer = Readonly<{ status: 200 | 400 | 408 | 413 | 503; message: string }>

/**
 * Takes one delivery in: verify the raw bytes, parse, store. Nothing is worked on here, and nothing is believed.
 * @throws BillingError `database_unavailable` when the event could not be stored.
 */
export async function ingestEvent(intake: Intake, request: Request): Promise<IntakeAnswer> {
  const secrets = intake.secrets.filter((secret) => secret.trim() !== '')
  if (secrets.length === 0) return { status: 503, message: 'No webhook secret is configured.' }

  const body = await readBody(request)
  if (body.kind === 'too_large') return { status: 413, message: 'The body is too large.' }
  if (body.kind === 'too_slow') return { status: 408, message: 'The body did not arrive in time.' }

  const header = request.headers.get('stripe-signature')
  if (!verifySignature(body.bytes, header, secrets, Date.now() / 1000)) {
    intake.log.warn({ bytes: body.bytes.byteLength }, 'webhook refused: the signature does not match')
    return { status: 400, message: 'The signature does not match.' }
  }
  const event = parseEvent(Buffer.from(body.bytes).toString('utf8'), intake.livemode)
  if (event === null) {
    intake.log.error('webhook refused: signed, but no event')
    return { status: 400, message: 'The body is no event.' }
  }
  const isNew = await storeDelivery(intake.db, event, STORE_BUDGET_MS)
  if (event.quarantine !== null && isNew) {
    intake.log.error({ eventId: event.id, reason: event.quarantine }, 'event quarantined for staff')
  }
  return { status: 200, message: isNew ? 'stored' : 'known' }
}
