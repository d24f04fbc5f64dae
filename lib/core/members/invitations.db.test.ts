import { beforeEach, describe, expect, test } from 'vitest'
import type { Actor, Role } from '@/lib/core/actor'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { memberActor, SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { acceptInvitation } from './accept-invitation'
import { changeMemberRole } from './change-member-role'
import { findInvitation } from './find-invitation'
import { inviteMember } from './invite-member'
import { listInvitations } from './list-invitations'
import { listMembers } from './list-members'
import { listMembershipEvents } from './list-membership-events'
import { removeMember } from './remove-member'
import { revokeInvitation } from './revoke-invitation'

const suite = useTestDatabase()
const NOW = new Date('2026-03-01T10:00:00Z')
const DAY_MS = 86_400_000
const after = (days: number, milliseconds = 0) => new Date(NOW.getTime() + days * DAY_MS + milliseconds)
const as = (actor: Actor, now = NOW) => testContext({ db: suite.db, actor, now })

let ada: TestAccount
let bob: TestAccount

beforeEach(async () => {
  ada = await openTestAccount(suite.db)
  bob = await openTestAccount(suite.db)
})

async function mails(): Promise<{ recipient: string; state: string; token: string; template: string }[]> {
  return suite.db.sql`
    select recipient, state, template, data->>'token' as token from mail
      where account_id = ${ada.accountId} order by id`
}

/** Ada invites; the link's token, from the mail. */
async function invite(email = bob.email, role: Role = 'billing'): Promise<string> {
  await inviteMember(as(ada.owner), { email, role })
  return (await mails()).at(-1)?.token ?? ''
}

const accept = (token: string, by = bob.owner, now = NOW) => acceptInvitation(as(by, now), token)
const rolesOfAda = async () => (await listMembers(as(ada.owner))).map(({ email, role }) => [email, role])

describe('inviteMember', () => {
  test('mails a link, and stores only its hash beside it', async () => {
    const token = await invite()
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await mails()).toEqual([{ recipient: bob.email, state: 'queued', template: 'invitation', token }])
    const [row] = await suite.db.sql<{ row: string }[]>`
      select invitation::text as row from invitation where account_id = ${ada.accountId}`
    expect(row?.row).not.toContain(token)
    expect(await listInvitations(as(ada.owner))).toMatchObject([
      { email: bob.email, role: 'billing', createdAt: NOW, expiresAt: after(7), isExpired: false },
    ])
  })

  test('again replaces the link, and the mail that was not sent yet', async () => {
    const first = await invite()
    const second = await invite(bob.email, 'viewer')
    expect(await listInvitations(as(ada.owner))).toMatchObject([{ email: bob.email, role: 'viewer' }])
    expect((await mails()).map(({ state }) => state)).toEqual(['void', 'queued'])
    expect(await findInvitation(as(SYSTEM), first)).toBeNull()
    await expect(accept(first)).rejects.toMatchObject({ code: 'not_found' })
    await accept(second)
    expect(await rolesOfAda()).toContainEqual([bob.email, 'viewer'])
  })

  test('of twenty at once leaves one link that works', async () => {
    await Promise.all(Array.from({ length: 20 }, () => invite()))
    expect(await listInvitations(as(ada.owner))).toHaveLength(1)
    expect((await mails()).filter(({ state }) => state === 'queued')).toHaveLength(1)
  })

  test('is refused for who is a member, and once fifty are open', async () => {
    await expect(invite(ada.email)).rejects.toMatchObject({ code: 'conflict' })
    for (let index = 0; index < 50; index++) await invite(`guest-${String(index)}@example.com`)
    await expect(invite()).rejects.toMatchObject({ code: 'conflict' })
    await invite('guest-7@example.com')
    const [open] = await listInvitations(as(ada.owner))
    await revokeInvitation(as(ada.owner), open?.id ?? '')
    await invite()
  })

  test('is for owners alone', async () => {
    const token = await invite()
    await accept(token)
    const member = {
      ...bob.owner,
      accountId: ada.accountId,
      role: 'billing',
      scopes: ['members:read'],
    } as Actor
    await expect(inviteMember(as(member), { email: 'x@example.com', role: 'owner' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(revokeInvitation(as(member), 'inv_1')).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('acceptInvitation', () => {
  test('joins, once, with the role of the invitation, and verifies the address', async () => {
    const token = await invite()
    const joined = await Promise.all(Array.from({ length: 5 }, () => accept(token)))
    expect(new Set(joined.map(({ slug }) => slug)).size).toBe(1)
    expect(await rolesOfAda()).toEqual([
      [ada.email, 'owner'],
      [bob.email, 'billing'],
    ])
    const [person] = await suite.db.sql<{ verified: boolean; kept: number }[]>`
      select email_verified is not null as verified,
          (select count(*)::int from membership_event where kind = 'joined' and subject = ${bob.email}) as kept
        from "user" where email = ${bob.email}`
    expect(person).toEqual({ verified: true, kept: 1 })
    expect(await listInvitations(as(ada.owner))).toEqual([])
    expect(await findInvitation(as(SYSTEM), token)).toMatchObject({ state: 'accepted' })
  })

  test('is bound to the address that was invited', async () => {
    const token = await invite()
    const eve = await openTestAccount(suite.db)
    await expect(accept(token, eve.owner)).rejects.toMatchObject({ code: 'forbidden' })
    await accept(token)
  })

  test('ends after seven days, to the millisecond', async () => {
    const token = await invite()
    await expect(accept(token, bob.owner, after(7))).rejects.toMatchObject({ code: 'conflict' })
    expect(await findInvitation(as(SYSTEM, after(7)), token)).toMatchObject({ state: 'expired' })
    expect((await listInvitations(as(ada.owner, after(7))))[0]?.isExpired).toBe(true)
    await accept(token, bob.owner, after(7, -1))
  })

  test('does not bring back who was removed since', async () => {
    const token = await invite()
    await accept(token)
    const { userId } = (await listMembers(as(ada.owner)))[1] ?? { userId: '' }
    await removeMember(as(ada.owner), userId)
    await expect(accept(token)).rejects.toMatchObject({ code: 'not_found' })
    expect(await rolesOfAda()).toEqual([[ada.email, 'owner']])
  })

  test.each<[string, (userId: string) => Promise<void>]>([
    ['was removed since', (userId) => removeMember(as(ada.owner), userId)],
    ['is an owner no more', (userId) => changeMemberRole(as(ada.owner), { userId, role: 'billing' })],
  ])('lets nobody in on the word of an owner who %s', async (_how, deed) => {
    const { accountId: home, owner } = await openTestAccount(suite.db)
    const { userId } = memberActor(home, 'userId' in owner ? owner.userId : '')
    await suite.db.sql`
      insert into member (account_id, user_id, role) values (${ada.accountId}, ${userId}, 'owner')`
    await inviteMember(as(memberActor(ada.accountId, userId)), { email: bob.email, role: 'owner' })
    const byOther = (await mails()).at(-1)?.token ?? ''
    const byAda = await invite('eve@example.com')
    await deed(userId)
    await expect(accept(byOther)).rejects.toMatchObject({ code: 'not_found' })
    expect((await listInvitations(as(ada.owner))).map(({ email }) => email)).toEqual(['eve@example.com'])
    expect((await mails()).map(({ token, state }) => [token, state])).toEqual([
      [byOther, 'void'],
      [byAda, 'queued'],
    ])
    expect(await listMembershipEvents(as(ada.owner))).toContainEqual(
      expect.objectContaining({ kind: 'invitation_revoked', subject: bob.email }),
    )
  })

  test('never lowers the role of who joined otherwise meanwhile', async () => {
    const token = await invite(bob.email, 'viewer')
    await suite.db.sql`
      insert into member (account_id, user_id, role)
        select ${ada.accountId}, id, 'owner' from "user" where email = ${bob.email}`
    await accept(token)
    expect(await rolesOfAda()).toContainEqual([bob.email, 'owner'])
  })

  test.each(['', 'x', 'a'.repeat(43)])('knows no link like %j', async (token) => {
    await expect(accept(token)).rejects.toMatchObject({ code: 'not_found' })
    expect(await findInvitation(as(SYSTEM), token)).toBeNull()
  })
})

describe('findInvitation', () => {
  test('tells who has the link what it is about', async () => {
    expect(await findInvitation(as(SYSTEM), await invite())).toEqual({
      state: 'open',
      email: bob.email,
      role: 'billing',
      organisation: 'Ada',
      invitedBy: 'Ada',
    })
  })
})

describe('revokeInvitation', () => {
  test('ends the link at once, keeps back an unsent mail, and may be told twice', async () => {
    const token = await invite()
    const [open] = await listInvitations(as(ada.owner))
    await revokeInvitation(as(ada.owner), open?.id ?? '')
    await revokeInvitation(as(ada.owner), open?.id ?? '')
    await expect(accept(token)).rejects.toMatchObject({ code: 'not_found' })
    expect((await mails()).map(({ state }) => state)).toEqual(['void'])
    expect(await listInvitations(as(ada.owner))).toEqual([])
  })

  test('does not find another account’s', async () => {
    const token = await invite()
    const [open] = await listInvitations(as(ada.owner))
    await expect(revokeInvitation(as(bob.owner), open?.id ?? '')).rejects.toMatchObject({ code: 'not_found' })
    await accept(token)
  })
})
