import { randomUUID } from 'node:crypto'
import type { Actor } from '@/lib/core/actor'
import type { Database } from '@/lib/db/client'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { newId } from '@/lib/kit/ids'
import { usdFromCents } from '@/lib/kit/money'
import { memberActor } from './test-context'

export type TestAccount = Readonly<{
  accountId: bigint
  email: string
  owner: Actor
  program: Extract<Actor, { kind: 'api-key' }>
}>

/**
 * An account with an owner of its own, books, one number, and the welcome credit in cents (none by default): what
 * sign-up opens, without the time that hashing a password takes. Nobody can sign in to it.
 */
export async function openTestAccount(
  db: Database,
  { welcomeCents = 0, now = new Date() }: Readonly<{ welcomeCents?: number; now?: Instant }> = {},
): Promise<TestAccount> {
  const email = `${randomUUID()}@example.com`
  const [row] = await db.sql<{ account_id: bigint; user_id: string }[]>`
    select account_id, user_id
      from open_account(${email}, 'Ada', 'no password', ${Buffer.from(email)}, ${newId('num')},
        ${usdFromCents(welcomeCents).micros}, ${now})`
  invariant(row !== undefined, 'the e-mail address is new')
  return {
    accountId: row.account_id,
    email,
    owner: memberActor(row.account_id, row.user_id),
    program: {
      kind: 'api-key',
      keyId: 'key_test',
      accountId: row.account_id,
      scopes: ['billing:read', 'billing:write', 'usage:write'],
    },
  }
}
