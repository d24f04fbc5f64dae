import { expect, it } from 'vitest'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { cleanUp } from './clean-up'

const database = useTestDatabase()
const container = useTestContainer(database)

it('removes what nothing reads any more, and only that', async () => {
  const { sql } = database.db
  const { accountId, email } = await openTestAccount(database.db)
  for (const [name, days] of [
    ['old', 61],
    ['new', 0],
  ] as const) {
    const then = new Date(Date.now() - days * 86_400_000)
    await sql`
      insert into stripe_event (id, type, source, payload, state, received_at, stripe_created_at)
      select 'evt_' || state || ${`_${name}`}, 'invoice.paid', 'webhook', '{}', state, ${then}, ${then}
        from unnest(array['done', 'quarantined']) as given (state)`
    await sql`
      insert into idempotency_record (account_id, key, request_hash, subject_id, created_at)
      values (${accountId}, ${name}, '', 'ord_1', ${then})`
    await sql`insert into rate_limit (bucket, full_at) values (${name}, ${then})`
    await sql`
      insert into session (session_token, user_id, expires)
      select ${name}, id, ${then} from "user" where email = ${email}`
    await sql`
      insert into access_token (user_id, account_id, kind, name, token_hash, abilities, expires_at)
      select id, ${accountId}, 'session', ${name}, ${Buffer.from(name)}, '{*}', ${then}
        from "user" where email = ${email}`
    await sql`insert into worker_heartbeat (worker_id, started_at, beat_at) values (${name}, ${then}, ${then})`
  }
  expect(await cleanUp(container())).toEqual({ removed: 6 })
  const left = await sql<{ id: string }[]>`
    select id from stripe_event union all select key from idempotency_record
    union all select bucket from rate_limit where bucket in ('old', 'new')
    union all select session_token from session union all select worker_id from worker_heartbeat
    union all select name from access_token`
  const kept = [
    'evt_done_new',
    'evt_quarantined_new',
    'evt_quarantined_old',
    'new',
    'new',
    'new',
    'new',
    'new',
  ]
  expect(left.map((row) => row.id).sort()).toEqual(kept)
})
