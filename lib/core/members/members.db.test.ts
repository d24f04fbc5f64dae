import postgres from 'postgres'
import { beforeEach, describe, expect, test } from 'vitest'
import { ROLE_SCOPES, type Actor, type Role } from '@/lib/core/actor'
import { createAccessToken } from '@/lib/core/access-tokens/create-access-token'
import { listOrganisations } from '@/lib/core/organisations/list-organisations'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { memberActor, SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { changeMemberRole } from './change-member-role'
import { leaveOrganisation } from './leave-organisation'
import { listMembers } from './list-members'
import { listMembershipEvents } from './list-membership-events'
import { removeMember } from './remove-member'

const suite = useTestDatabase()
const as = (actor: Actor) => testContext({ db: suite.db, actor, now: new Date('2026-03-01T10:00:00Z') })

type Person = Extract<Actor, { kind: 'user' }>
let ada: Person

async function openOwner(): Promise<Person> {
  const { owner } = await openTestAccount(suite.db)
  if (owner.kind !== 'user') throw new Error('an owner is a person')
  return owner
}

/** Somebody with an account of their own who is a member of Ada's too. */
async function addMember(role: Role): Promise<Person> {
  const { userId } = await openOwner()
  await suite.db.sql`
    insert into member (account_id, user_id, role) values (${ada.accountId}, ${userId}, ${role})`
  return memberActor(ada.accountId, userId, role)
}

/** Long enough between a deed's decision and its end for another one to decide meanwhile. */
async function withSlowDeeds(run: () => Promise<void>): Promise<void> {
  const sql = postgres(suite.ownerUrl, { max: 1, onnotice: () => {} })
  try {
    await sql.unsafe(`
      create function pause() returns trigger language plpgsql as $$
      begin
        perform pg_sleep(0.2);
        return coalesce(new, old);
      end $$;
      create trigger slow before update or delete on member for each row execute function pause()`)
    await run()
  } finally {
    await sql.unsafe('drop trigger slow on member; drop function pause()')
    await sql.end()
  }
}

const rolesOf = async () =>
  Object.fromEntries((await listMembers(as(ada))).map(({ userId, role }) => [userId, role]))

beforeEach(async () => {
  ada = await openOwner()
})

describe('listMembers', () => {
  test('shows everyone to every member, who is there longest first', async () => {
    const viewer = await addMember('viewer')
    const listed = await listMembers(as(viewer))
    expect(listed.map(({ userId, role, isSelf }) => ({ userId, role, isSelf }))).toEqual([
      { userId: ada.userId, role: 'owner', isSelf: false },
      { userId: viewer.userId, role: 'viewer', isSelf: true },
    ])
    expect(listed[0]).toMatchObject({ name: 'Ada', joinedAt: expect.any(Date) })
  })

  test('is not for programs', async () => {
    const key: Actor = { kind: 'api-key', keyId: 'k', accountId: ada.accountId, scopes: ['billing:read'] }
    await expect(listMembers(as(key))).rejects.toMatchObject({ code: 'forbidden' })
    await expect(listMembers(as(SYSTEM))).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('changeMemberRole', () => {
  test('gives another role, once', async () => {
    const { userId } = await addMember('viewer')
    await changeMemberRole(as(ada), { userId, role: 'billing' })
    await changeMemberRole(as(ada), { userId, role: 'billing' })
    expect(await rolesOf()).toMatchObject({ [userId]: 'billing' })
    expect((await listMembershipEvents(as(ada))).map(({ kind, detail }) => [kind, detail])).toEqual([
      ['role_changed', 'billing'],
    ])
  })

  test('leaves the last owner an owner, also when two owners step down at once', async () => {
    await expect(changeMemberRole(as(ada), { userId: ada.userId, role: 'billing' })).rejects.toMatchObject({
      code: 'conflict',
    })
    const second = await addMember('owner')
    await withSlowDeeds(async () => {
      const deeds = [ada, second].map(({ userId }) => changeMemberRole(as(ada), { userId, role: 'viewer' }))
      const ends = (await Promise.allSettled(deeds)).map(({ status }) => status)
      expect(ends.sort()).toEqual(['fulfilled', 'rejected'])
    })
  })

  test('finds no member of others', async () => {
    const eve = await openOwner()
    await expect(changeMemberRole(as(ada), { userId: eve.userId, role: 'viewer' })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await listMembers(as(eve)))[0]?.role).toBe('owner')
  })

  test.each(['billing', 'viewer'] as const)(
    'is not for the role %s, not even about themselves',
    async (role) => {
      const member = await addMember(role)
      for (const userId of [member.userId, ada.userId]) {
        await expect(changeMemberRole(as(member), { userId, role: 'owner' })).rejects.toMatchObject({
          code: 'forbidden',
        })
        await expect(removeMember(as(member), userId)).rejects.toMatchObject({ code: 'forbidden' })
      }
    },
  )
})

describe('removeMember', () => {
  test('ends the membership and the tokens for the account, and no others', async () => {
    const bob = await addMember('billing')
    const token = await createAccessToken(as(bob), { name: 'here', pepper: 'p' })
    const own = memberActor((await openOwner()).accountId, bob.userId)
    const elsewhere = await createAccessToken(as(own), { name: 'there', pepper: 'p' })
    await removeMember(as(ada), bob.userId)
    await removeMember(as(ada), bob.userId)
    expect(Object.keys(await rolesOf())).toEqual([ada.userId])
    const rows = await suite.db.sql<{ id: bigint; live: boolean }[]>`
      select id, revoked_at is null as live from access_token where user_id = ${bob.userId} order by id`
    expect(rows).toEqual([
      { id: token.id, live: false },
      { id: elsewhere.id, live: true },
    ])
    expect((await listMembershipEvents(as(ada))).map(({ kind }) => kind)).toEqual(['removed'])
  })

  test('leaves nobody without an organisation', async () => {
    const bob = await addMember('owner')
    await suite.db.sql`delete from member where user_id = ${bob.userId} and account_id <> ${ada.accountId}`
    await removeMember(as(ada), bob.userId)
    const [row] = await suite.db.sql<{ account_id: bigint }[]>`
      select account_id from member where user_id = ${bob.userId}`
    const actor = memberActor(row?.account_id ?? 0n, bob.userId)
    expect(await listOrganisations(as(actor))).toMatchObject([
      { name: 'Ada', role: 'owner', isCurrent: true },
    ])
  })

  test('keeps the last owner, and does not reach into other accounts', async () => {
    await expect(removeMember(as(ada), ada.userId)).rejects.toMatchObject({ code: 'conflict' })
    const eve = await openOwner()
    await removeMember(as(ada), eve.userId)
    expect(await listMembers(as(eve))).toHaveLength(1)
  })
})

describe('leaveOrganisation', () => {
  test('is for everyone but the last owner', async () => {
    const viewer = await addMember('viewer')
    await leaveOrganisation(as(viewer))
    expect(Object.keys(await rolesOf())).toEqual([ada.userId])
    await expect(leaveOrganisation(as(ada))).rejects.toMatchObject({ code: 'conflict' })
    expect((await listMembershipEvents(as(ada)))[0]).toMatchObject({ kind: 'left', detail: null })
  })

  test('lets one of two owners go who leave at once', async () => {
    const second = await addMember('owner')
    await withSlowDeeds(async () => {
      const left = await Promise.allSettled([ada, second].map((owner) => leaveOrganisation(as(owner))))
      expect(left.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    })
  })
})

describe('listMembershipEvents', () => {
  test('names who did it and to whom, newest first, and nothing of others', async () => {
    const bob = await addMember('viewer')
    await changeMemberRole(as(ada), { userId: bob.userId, role: 'billing' })
    const { tokenId } = { tokenId: (await createAccessToken(as(ada), { name: 'x', pepper: 'p' })).id }
    const byToken: Actor = { ...ada, kind: 'token', tokenId, scopes: ROLE_SCOPES.owner }
    await removeMember(as(byToken), bob.userId)
    const events = await listMembershipEvents(as(ada))
    const emails = await suite.db.sql<{ id: string; email: string }[]>`select id, email from "user"`
    const emailOf = (id: string) => emails.find((row) => row.id === id)?.email
    expect(events.map(({ kind, actor, subject, detail }) => ({ kind, actor, subject, detail }))).toEqual([
      { kind: 'removed', actor: emailOf(ada.userId), subject: emailOf(bob.userId), detail: null },
      { kind: 'role_changed', actor: emailOf(ada.userId), subject: emailOf(bob.userId), detail: 'billing' },
    ])
    expect(await listMembershipEvents(as(await openOwner()))).toEqual([])
  })

  test('can be neither rewritten nor removed', async () => {
    const attempt = (statement: string) => suite.db.sql.unsafe(statement)
    await expect(attempt(`update membership_event set actor = 'user:x'`)).rejects.toMatchObject({
      code: '42501',
    })
    await expect(attempt('delete from membership_event')).rejects.toMatchObject({ code: '42501' })
  })
})
