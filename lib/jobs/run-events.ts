import type { Context } from '@/lib/core/context'
import { BillingError, type BillingErrorCode } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'
import { returnEvents, type ClaimedEvent } from '@/lib/webhooks/claim-events'
import {
  failEvents,
  finishEvents,
  MISCONFIGURED,
  postponeEvents,
  UNENDED_MAX,
  UNENDED_TOGETHER_MAX,
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
 * or, after ten failures, given up and reported; what could not even be put off comes back when its lease ends.
 */
export async function runEvents(
  container: Container,
  events: readonly ClaimedEvent[],
  onSettled: (ids: readonly string[]) => void = () => {},
): Promise<void> {
  if (events.length === 0) return
  const suspect = events.find(({ unended }) => unended > UNENDED_TOGETHER_MAX)
  if (suspect !== undefined && events.length > 1) {
    await handBack(
      container,
      events.filter((event) => event !== suspect),
      onSettled,
    )
    return runEvents(container, [suspect], onSettled)
  }
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

/** For the next claim, untried: one of those they were claimed with may take this worker down. */
async function handBack(
  { databases, log }: Container,
  events: readonly ClaimedEvent[],
  onSettled: (ids: readonly string[]) => void,
): Promise<void> {
  const ids = events.map((event) => event.id)
  await returnEvents(databases.app, ids).catch((err: unknown) => {
    log.error({ events: ids, err }, 'events could not be handed back: their lease brings them back')
  })
  onSettled(ids)
}

async function runGroup(container: Container, context: Promise<Context>, group: EventGroup): Promise<void> {
  const startedAt = performance.now()
  const fields = { subject: group.subject, events: group.events.map(({ id, type }) => `${id} ${type}`) }
  try {
    const fatal = group.events.filter((event) => event.unended > UNENDED_MAX)
    if (fatal.length > 0) return await giveUp(container, group.subject, fatal)
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
  if (dead.length > 0) reportDead(container, group.subject, dead)
}

/** No attempt at them ever ended: they took their worker down each time. The rest of the group comes back by its lease. */
async function giveUp(container: Container, subject: string, events: readonly ClaimedEvent[]): Promise<void> {
  const ids = events.map((event) => event.id)
  await finishEvents(container.databases.app, ids, 'dead', 'no attempt ever ended')
  reportDead(container, subject, ids)
}

function reportDead({ log }: Container, subject: string, events: readonly string[]): void {
  log.error({ alert: 'dead_events', subject, events }, 'events given up: staff must look')
}

/** For staff, who are told more than callers are. */
function messageOf(error: unknown): string {
  if (error instanceof BillingError && error.internal !== undefined) return error.internal
  return error instanceof Error ? error.message : String(error)
}

function idsOf(group: EventGroup): readonly string[] {
  return group.events.map((event) => event.id)
}
