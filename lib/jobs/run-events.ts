import type { Context } from '@/lib/core/context'
import { BillingError, type BillingErrorCode } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'
import type { ClaimedEvent } from '@/lib/webhooks/claim-events'
import {
  ATTEMPTS_MAX,
  failEvents,
  finishEvents,
  MISCONFIGURED,
  postponeEvents,
} from '@/lib/webhooks/finish-events'
import { groupEvents, type EventGroup } from '@/lib/webhooks/handlers'

/** Refusals that, unless staff must look, say nothing about the event: what it needs is away, and comes back. */
const OUTAGES: readonly BillingErrorCode[] = [
  'payment_provider_unavailable',
  'database_unavailable',
  'rate_limited',
]

/**
 * Works on claimed events, those about one thing together, all groups at once. Never throws: what failed is put off
 * or, after ten attempts, given up and reported; what could not even be put off comes back when its lease ends.
 */
export async function runEvents(
  container: Container,
  events: readonly ClaimedEvent[],
  onSettled: (ids: readonly string[]) => void = () => {},
): Promise<void> {
  if (events.length === 0) return
  const requestId = newId('req')
  const context = makeContext(container, { kind: 'system', name: 'webhooks' }, requestId)
  // Every group awaits it and is put off if it fails; nobody else is listening.
  context.catch(() => {})
  await Promise.all(
    groupEvents(events).map(async (group) => {
      await runGroup(container, context, group)
      onSettled(idsOf(group))
    }),
  )
}

async function runGroup(container: Container, context: Promise<Context>, group: EventGroup): Promise<void> {
  const startedAt = performance.now()
  const fields = { subject: group.subject, events: group.events.map(({ id, type }) => `${id} ${type}`) }
  try {
    // More attempts than are allowed, and none of them ended: it took its worker down each time.
    if (group.events.some((event) => event.attempts > ATTEMPTS_MAX)) throw new Error('no attempt ever ended')
    const outcome = await group.sync(await context, group)
    const reason = outcome.state === 'done' ? null : outcome.reason
    if (!outcome.marked) {
      await finishEvents(container.databases.app, idsOf(group), outcome.state, reason)
    }
    const ms = Math.round(performance.now() - startedAt)
    const level = outcome.state === 'quarantined' ? 'error' : 'info'
    container.log[level]({ ...fields, state: outcome.state, reason, ms }, 'events worked on')
  } catch (error) {
    await putOff(container, group, error).catch((cause: unknown) => {
      container.log.error(
        { ...fields, err: cause },
        'events could not be put off: their lease brings them back',
      )
    })
  }
}

async function putOff(container: Container, group: EventGroup, error: unknown): Promise<void> {
  const { log, databases } = container
  const ids = idsOf(group)
  if (error instanceof BillingError && OUTAGES.includes(error.code) && error.remedy !== 'staff') {
    log.warn({ subject: group.subject, code: error.code, internal: error.internal }, 'events postponed')
    const reason = error.remedy === 'operator' ? MISCONFIGURED : (error.internal ?? error.code)
    return postponeEvents(databases.app, ids, reason)
  }
  const message = messageOf(error)
  if (error instanceof BillingError && error.remedy === 'staff') {
    log.error(
      { alert: 'provider_lasting', subject: group.subject, internal: error.internal },
      'staff must look',
    )
  }
  const dead = await failEvents(databases.app, ids, message.slice(0, 500))
  log.warn({ subject: group.subject, events: ids, err: error }, 'events failed')
  if (dead.length > 0) {
    log.error(
      { alert: 'dead_events', subject: group.subject, events: dead },
      'events given up: staff must look',
    )
  }
}

/** For staff, who are told more than callers are. */
function messageOf(error: unknown): string {
  if (error instanceof BillingError && error.internal !== undefined) return error.internal
  return error instanceof Error ? error.message : String(error)
}

function idsOf(group: EventGroup): readonly string[] {
  return group.events.map((event) => event.id)
}
