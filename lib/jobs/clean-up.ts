import { callDatabase } from '@/lib/db/call'
import type { Container } from '@/lib/server/container'

/**
 * Removes rows that nothing reads any more. Stripe can list an event for 30 days, so the inbox remembers it for
 * longer; what waits for staff stays.
 */
export async function cleanUp({ databases }: Container): Promise<{ removed: number }> {
  const [counted] = await callDatabase(
    databases.app,
    (sql) => sql<{ removed: number }[]>`
      with old_events as (
        delete from stripe_event where id in (
          select id from stripe_event
           where received_at < now() - interval '60 days' and state in ('done', 'ignored')
           order by received_at limit 5000)
        returning 1
      ), old_keys as (
        delete from idempotency_record where created_at < now() - interval '30 days' returning 1
      ), old_limits as (
        delete from rate_limit where full_at < now() - interval '1 day' returning 1
      ), old_sessions as (
        delete from session where expires < now() - interval '1 day' returning 1
      ), old_tokens as (
        delete from access_token where expires_at < now() - interval '30 days' returning 1
      ), old_beats as (
        delete from worker_heartbeat where beat_at < now() - interval '1 day' returning 1
      )
      select ((select count(*) from old_events) + (select count(*) from old_keys) + (select count(*) from old_limits)
            + (select count(*) from old_sessions) + (select count(*) from old_tokens)
            + (select count(*) from old_beats))::int as removed`,
  )
  return { removed: counted?.removed ?? 0 }
}
