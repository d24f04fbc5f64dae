import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STAFF_SCOPES, type Actor } from '@/lib/core/actor'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { recordAudit } from './record-audit'
import { addStaff } from '@/lib/testing/staff'

const suite = useTestDatabase()
const now = new Date('2027-03-01T12:00:00.000Z')

let owner: postgres.Sql
let account: TestAccount
let staffId: string

beforeAll(async () => {
  owner = postgres(suite.ownerUrl, { max: 1, onnotice: () => {} })
  account = await openTestAccount(suite.db)
  staffId = (await addStaff(suite.db)).userId
})

afterAll(() => owner.end({ timeout: 5 }))

/** What was recorded of a target, oldest first. */
const recordedOf = (target: string) => suite.db.sql<Record<string, unknown>[]>`
  select actor, staff_user_id, person_id, account_id, action, reason, details, occurred_at,
    recorded_at > clock_timestamp() - interval '1 minute' as is_recent
    from audit_event where target = ${target} order by id`

describe('recordAudit', () => {
  test('writes down who did what to what, why, and when by either clock', async () => {
    const actor: Actor = { kind: 'staff', userId: staffId, scopes: STAFF_SCOPES }
    await recordAudit(suite.db, {
      actor,
      action: 'event.replayed',
      accountId: account.accountId,
      target: 'evt_1',
      reason: 'It was lost.',
      details: { attempts: 3 },
      now,
    })
    expect(await recordedOf('evt_1')).toEqual([
      {
        actor: `staff:${staffId}`,
        staff_user_id: staffId,
        person_id: staffId,
        account_id: account.accountId,
        action: 'event.replayed',
        reason: 'It was lost.',
        details: { attempts: 3 },
        occurred_at: now,
        is_recent: true,
      },
    ])
  })

  test('finds the person behind a session or token, and behind a program nobody', async () => {
    const person = account.owner.kind === 'user' ? account.owner : null
    const token: Actor = { ...account.owner, kind: 'token', tokenId: 7n } as Actor
    for (const actor of [account.owner, token, account.program, null]) {
      await recordAudit(suite.db, { actor, action: 'key.created', accountId: null, target: 'key_2', now })
    }
    expect((await recordedOf('key_2')).map((row) => [row['actor'], row['person_id']])).toEqual([
      [`user:${String(person?.userId)}`, person?.userId],
      [`token:7 of user:${String(person?.userId)}`, person?.userId],
      ['key:key_test', null],
      ['nobody', null],
    ])
  })
})

describe('the log', () => {
  test('takes a deed that is called again once, by its key', async () => {
    for (let time = 0; time < 2; time++) {
      await suite.db.sql`
        select audit('system', null, null, 'plan.assigned', 'twice', null, null, ${now}, 'the same')`
    }
    expect(await recordedOf('twice')).toHaveLength(1)
  })

  test.each([
    `insert into audit_event (occurred_at, actor, action) values (now(), 'system', 'plan.assigned')`,
    `update audit_event set reason = 'another'`,
    `delete from audit_event`,
    `truncate audit_event`,
  ])('is closed to the application: %s', async (statement) => {
    await expect(suite.db.sql.unsafe(statement)).rejects.toMatchObject({ code: '42501' })
  })

  test.each([`update audit_event set reason = 'another'`, `delete from audit_event`, `truncate audit_event`])(
    'keeps what it has, whoever owns its table: %s',
    async (statement) => {
      await expect(owner.unsafe(statement)).rejects.toMatchObject({ code: '23001' })
    },
  )

  test('cannot be written by who only looks', async () => {
    const readonly = postgres(suite.readonlyUrl, { max: 1, onnotice: () => {} })
    const call = `begin read write; select audit('system', null, null, 'plan.assigned', null, null, null, now())`
    await expect(readonly.unsafe(call)).rejects.toMatchObject({ code: '42501' })
    await readonly.end({ timeout: 5 })
  })
})
