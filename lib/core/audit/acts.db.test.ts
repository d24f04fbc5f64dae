import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashedSessionAdapter } from '@/lib/auth/hashed-sessions'
import { createAccessToken } from '@/lib/core/access-tokens/create-access-token'
import { revokeAccessToken } from '@/lib/core/access-tokens/revoke-access-token'
import { startTokenSession } from '@/lib/core/access-tokens/start-token-session'
import { checkPassword } from '@/lib/core/accounts/check-password'
import { openAccount } from '@/lib/core/accounts/open-account'
import { assignPlan } from '@/lib/core/allowance/assign-plan'
import { definePlan } from '@/lib/core/allowance/define-plan'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { revokeApiKey } from '@/lib/core/api-keys/revoke-api-key'
import { disableAutoTopUp } from '@/lib/core/auto-top-ups/disable-auto-top-up'
import { updateAutoTopUp } from '@/lib/core/auto-top-ups/update-auto-top-up'
import { inviteMember } from '@/lib/core/members/invite-member'
import { updateOrganisation } from '@/lib/core/organisations/update-organisation'
import { usdFromCents, ZERO } from '@/lib/kit/money'
import { addStaff } from '@/lib/testing/staff'
import { memberActor, SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()
const now = new Date('2026-06-10T12:00:00Z')
const pepper = 'a pepper of at least 32 characters'
const password = 'correct horse battery'

let database: postgres.Sql<{ bigint: bigint }>
let email: string
let userId: string
let accountId: bigint

beforeAll(() => {
  database = postgres(suite.ownerUrl, { max: 1, onnotice: () => {}, types: { bigint: postgres.BigInt } })
})
afterAll(() => database.end({ timeout: 5 }))

beforeEach(async () => {
  email = `${randomUUID()}@example.com`
  const opened = await openAccount(system(), { email, name: null, password, welcome: ZERO, pepper })
  if (opened.status !== 'opened') throw new Error('A fresh e-mail opens an account.')
  ;({ userId, accountId } = opened)
})

const system = () => testContext({ db: suite.db, actor: SYSTEM, now })
const owner = () => testContext({ db: suite.db, actor: memberActor(accountId, userId), now })

/** What the log has of the account or of the person, in order, without their signing up. */
async function acts() {
  return suite.db.sql<{ action: string; actor: string; target: string | null }[]>`
    select action, actor, target from audit_event
      where (account_id = ${accountId} or person_id = ${userId} or target = ${email}) and action <> 'person.signed-up' order by id`
}
const actions = async () => (await acts()).map(({ action }) => action)

describe('the log has', () => {
  test('who signed up', async () => {
    const [row] = await suite.db.sql`
      select actor, account_id, target, occurred_at from audit_event where action = 'person.signed-up' and target = ${email}`
    expect(row).toEqual({ actor: `user:${userId}`, account_id: accountId, target: email, occurred_at: now })
  })

  test('who signed in and out, once each', async () => {
    const sessions = hashedSessionAdapter(suite.db)
    const sessionToken = randomUUID()
    await sessions.createSession?.({ sessionToken, userId, expires: new Date(Date.now() + 60_000) })
    for (let time = 0; time < 2; time++) await sessions.deleteSession?.(sessionToken)
    expect(await actions()).toEqual(['person.signed-in', 'person.signed-out'])
  })

  test('who could not sign in, as long as it is not filled by them', async () => {
    const fail = (address: string) => checkPassword(system(), { email: address, password: 'wrong' })
    await suite.db.sql`delete from rate_limit`
    expect(await fail(email)).toBeNull()
    expect(await acts()).toMatchObject([{ action: 'person.sign-in-failed', actor: 'nobody', target: email }])
    for (let time = 0; time < 30; time++) await suite.db.sql`select note_failed_sign_in(${email}, ${now})`
    expect(await acts()).toHaveLength(20)
  })

  test('no address that nobody has, since people type passwords there', async () => {
    await suite.db.sql`delete from rate_limit`
    await checkPassword(system(), { email: 'my.secret@password', password: 'wrong' })
    const [row] = await suite.db.sql`
      select target, details from audit_event where action = 'person.sign-in-failed' order by id desc limit 1`
    expect(row).toEqual({ target: null, details: {} })
  })

  test('keys and tokens that were made and revoked, and never the credential', async () => {
    const { id, key } = await createApiKey(owner(), { name: 'Export', pepper })
    for (let time = 0; time < 2; time++) await revokeApiKey(owner(), id)
    const token = await createAccessToken(owner(), { name: 'Script', pepper })
    for (let time = 0; time < 2; time++) await revokeAccessToken(owner(), token.id)
    const signedIn = await startTokenSession(system(), { userId, name: 'by password', pepper })
    expect((await acts()).map(({ action, actor, target }) => [action, actor, target])).toEqual([
      ['key.created', `user:${userId}`, id],
      ['key.revoked', `user:${userId}`, id],
      ['token.created', `user:${userId}`, String(token.id)],
      ['token.revoked', `user:${userId}`, String(token.id)],
      ['token.created', `user:${userId}`, String(signedIn.id)],
    ])
    const [row] = await suite.db.sql<
      { text: string }[]
    >`select string_agg(e::text, ' ') as text from audit_event e`
    for (const secret of [key, token.token, signedIn.token]) expect(row?.text).not.toContain(secret)
  })

  test('what was done to the organisation and its members, where its members read it too', async () => {
    await updateOrganisation(owner(), { name: 'Bakery', slug: `bakery-${randomUUID().slice(0, 8)}` })
    await inviteMember(owner(), { email: 'bob@example.com', role: 'viewer' })
    expect(await actions()).toEqual(['organisation.changed', 'member.invited'])
    const rows = await suite.db
      .sql`select kind, subject, detail from membership_event where account_id = ${accountId}`
    expect(rows).toMatchObject([
      { kind: 'changed' },
      { kind: 'invited', subject: 'bob@example.com', detail: 'viewer' },
    ])
  })

  test('automatic top-up as it was set, and that it was switched off', async () => {
    await updateAutoTopUp(owner(), { threshold: usdFromCents(500), amount: usdFromCents(2_500) })
    await database`update auto_top_up set enabled = true where account_id = ${accountId}`
    await disableAutoTopUp(owner())
    expect(await actions()).toEqual(['auto-top-up.changed', 'auto-top-up.disabled'])
    const [row] = await suite.db.sql`
      select details from audit_event where account_id = ${accountId} and action like 'auto-top-up%' order by id limit 1`
    expect(row).toMatchObject({
      details: { thresholdMicros: '5000000', amountMicros: '25000000', enabled: false },
    })
  })

  test('which plan staff assigned, and nothing where it was so already', async () => {
    const staff = await addStaff(suite.db)
    await definePlan(system(), { id: 'basic', name: 'Basic', monthly: usdFromCents(6_000), tokensMax: null })
    const ctx = testContext({ db: suite.db, actor: staff, now })
    for (let time = 0; time < 2; time++) await assignPlan(ctx, { accountId, planId: 'basic' })
    expect(await acts()).toEqual([
      { action: 'plan.assigned', actor: `staff:${staff.userId}`, target: 'basic' },
    ])
  })
})

describe('staff', () => {
  test('are made by nothing that the application does', async () => {
    for (const attempt of [
      suite.db.sql`update "user" set is_staff = true where id = ${userId}`,
      suite.db.sql`insert into "user" (email, is_staff) values ('eve@example.com', true)`,
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: '42501' })
    }
  })

  test('are in the log when they are made and when they are no more, with the role that did it', async () => {
    for (const isStaff of [true, true, false]) {
      await database`update "user" set is_staff = ${isStaff}, name = 'Ada' where id = ${userId}`
    }
    expect(await acts()).toEqual([
      { action: 'staff.appointed', actor: 'database:talktime_owner', target: email },
      { action: 'staff.dismissed', actor: 'database:talktime_owner', target: email },
    ])
  })
})
