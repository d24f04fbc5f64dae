import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { actorName, requireSystemOr } from '../actor'
import type { Context } from '../context'
import { sha256OfRequest } from '../top-ups/request-hash'

/** Longer than the provider may take to answer: until then other deeds on the subscription wait. */
const LEASE_SECONDS = 60
/** How long a deed waits for another to end, in real time. */
const WAIT_MS = 8_000
const POLL_MS = 200
const RETRY_SECONDS = 5

export type DeedRequest = Readonly<{
  accountId: bigint
  kind: 'change' | 'cover' | 'align' | 'cancel' | 'resume'
  /** The number to be covered; null for other deeds. */
  numberId: string | null
  /** The caller's, and what it stands for. */
  idempotencyKey: string | null
  request: unknown
}>

export type BegunDeed = Readonly<{
  status: 'begun'
  /** Derives the keys at the provider. */
  deedId: string
  subscriptionId: string
  lease: string | null
}>

export type DeedBeginning =
  | BegunDeed
  | Readonly<{ status: 'replayed'; answer: unknown }>
  /** The number has its cover. */
  | Readonly<{ status: 'covered' }>
  | Readonly<{ status: 'not_subscribed' }>

const row = z.object({
  status: z.enum(['begun', 'covered', 'busy', 'not_subscribed', 'replayed', 'mismatch', 'in_flight']),
  subscription_id: z.string().nullable(),
  lease: z.string().nullable(),
  answer: z.unknown(),
})

/**
 * Begins a deed on the account's subscription, once no other is under way: one at a time, so that each sees what the
 * one before it left. @throws BillingError `idempotency_key_reused`, `in_flight`
 */
export async function beginDeed(ctx: Context, deed: DeedRequest): Promise<DeedBeginning> {
  requireSystemOr(ctx.actor, 'billing:write')
  const deedId = newId('sub')
  const giveUpAt = Date.now() + WAIT_MS
  for (;;) {
    const begun = await callBegin(ctx, deedId, deed)
    switch (begun.status) {
      case 'begun':
        return {
          status: 'begun',
          deedId,
          subscriptionId: begun.subscription_id ?? '',
          lease: begun.lease,
        }
      case 'replayed':
        return { status: 'replayed', answer: begun.answer }
      case 'covered':
      case 'not_subscribed':
        return { status: begun.status }
      case 'mismatch':
        throw new BillingError(
          'idempotency_key_reused',
          'This Idempotency-Key came with another request before.',
        )
      case 'in_flight':
        throw inFlight('A request with this Idempotency-Key is still running.')
      case 'busy':
        if (Date.now() >= giveUpAt)
          throw inFlight('The subscription is just being changed. Try again in a moment.')
        await delay(POLL_MS)
    }
  }
}

/**
 * Ends a deed: the next may begin. `answer` is kept for the caller's key; null frees the key, since nobody was given an
 * answer. A deed of unknown outcome stays `begun`, so that what it asked for is recognised when it turns out done.
 */
export async function endDeed(
  ctx: Context,
  { accountId, idempotencyKey }: DeedRequest,
  { deedId, lease }: BegunDeed,
  end: Readonly<{
    state: 'done' | 'failed' | 'begun'
    answer: Record<string, string | boolean | null> | null
  }>,
): Promise<void> {
  requireSystemOr(ctx.actor, 'billing:write')
  await callDatabase(
    ctx.db,
    (sql) => sql`
      select end_subscription_deed(${accountId}, ${deedId}, ${end.state}, ${idempotencyKey}, ${lease},
        ${end.answer === null ? null : sql.json(end.answer)})`,
  )
}

/** Ends a deed that failed; where even that fails, the lease runs out by itself. */
export async function abandonDeed(
  ctx: Context,
  deed: DeedRequest,
  begun: BegunDeed,
  error: unknown,
): Promise<void> {
  requireSystemOr(ctx.actor, 'billing:write')
  const unknown = error instanceof BillingError && error.code === 'payment_provider_unavailable'
  await endDeed(ctx, deed, begun, { state: unknown ? 'begun' : 'failed', answer: null }).catch(
    (cause: unknown) => {
      ctx.log.warn({ err: cause, deedId: begun.deedId }, 'the deed stays leased')
    },
  )
}

async function callBegin(ctx: Context, deedId: string, deed: DeedRequest) {
  const [answered] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select status, subscription_id, lease, answer
        from begin_subscription_deed(${deed.accountId}, ${deedId}, ${deed.kind}, ${deed.numberId}, ${actorName(ctx.actor)},
          ${deed.idempotencyKey}, ${sha256OfRequest(deed.kind, deed.request)}, make_interval(secs => ${LEASE_SECONDS}), ${ctx.now()})`,
  )
  return row.parse(answered)
}

function inFlight(message: string): BillingError {
  return new BillingError('in_flight', message, { retryAfterSeconds: RETRY_SECONDS })
}

/** What is asked of a subscription that is not there. */
export function subscriptionMissing(): BillingError {
  return new BillingError('subscription_missing', 'No active subscription')
}
