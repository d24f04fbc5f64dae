import { beforeEach, expect, it } from 'vitest'
import { IMPERSONATOR_SCOPES, STAFF_SCOPES, type Actor } from '@/lib/core/actor'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { admitStaff } from './admit-staff'
import { listLooks, listLooksInto } from './list-looks'

const suite = useTestDatabase()
let owner: Extract<Actor, { kind: 'user' }>
const as = (actor: Actor) => testContext({ db: suite.db, actor })

beforeEach(async () => {
  const opened = (await openTestAccount(suite.db)).owner
  if (opened.kind !== 'user') throw new Error('an owner is a person')
  owner = opened
})

/** A look that began so long ago, with what was looked at in it. */
async function addLook(ago: string, views: readonly string[] = []): Promise<void> {
  await suite.db.sql`
    with look as (
      insert into impersonation (account_id, staff_user_id, reason, started_at, expires_at)
        values (${owner.accountId}, ${owner.userId}, ${`A look ${ago} ago`}, now() - ${ago}::interval,
          now() - ${ago}::interval + interval '30 minutes')
        returning id)
    insert into access_view (impersonation_id, at, method, path)
      select look.id, clock_timestamp(), split_part(view, ' ', 1), split_part(view, ' ', 2)
        from look, unnest(${[...views]}::text[]) with ordinality as seen (view, place) order by place`
}

it('tells of each address once, in the order in which they were looked at, and how often', async () => {
  await addLook('1 minute', ['GET /billing', 'GET /activity', 'GET /billing', 'POST /billing'])
  const [look] = (await listLooks(as(owner), null)).looks
  expect(look).toMatchObject({ reason: 'A look 1 minute ago', endedAt: null, endedBy: null })
  expect(look?.lookedAt.map(({ method, path, times }) => [method, path, times])).toEqual([
    ['GET', '/billing', 2],
    ['GET', '/activity', 1],
    ['POST', '/billing', 1],
  ])
  const [first] = look?.lookedAt ?? []
  expect(first?.lastAt.getTime()).toBeGreaterThanOrEqual(first?.firstAt.getTime() ?? Infinity)
})

it('counts a look that nobody ended as over after its time', async () => {
  await addLook('31 minutes')
  const [look] = (await listLooks(as(owner), null)).looks
  expect(look?.endedBy).toBe('expired')
  expect((look?.endedAt?.getTime() ?? 0) - (look?.startedAt.getTime() ?? 0)).toBe(30 * 60_000)
})

it('lists the newest first, twenty at a time, to members, to staff and in a look', async () => {
  for (let minute = 45; minute > 0; minute--) await addLook(`${String(minute)} minutes`)
  const scopes = IMPERSONATOR_SCOPES
  const { accountId } = owner
  const looker: Actor = { kind: 'impersonator', staffUserId: owner.userId, reason: 'test', accountId, scopes }
  const pages = [
    await listLooks(as(owner), null),
    await listLooks(as({ ...owner, role: 'viewer', scopes: ['members:read'] }), null),
    await listLooks(as(looker), null),
    await listLooksInto(as({ kind: 'staff', userId: owner.userId, scopes: STAFF_SCOPES }), {
      accountId,
      before: null,
    }),
  ]
  for (const page of pages) expect(page).toEqual(pages[0])
  const reasons: string[] = []
  let next: bigint | null = null
  do {
    const page = await listLooks(as(owner), next)
    reasons.push(...page.looks.map(({ reason }) => reason))
    next = page.next
  } while (next !== null)
  expect(reasons).toEqual(Array.from({ length: 45 }, (_, i) => `A look ${String(i + 1)} minutes ago`))
})

it('is nothing of others, and only an owner decides who is let in', async () => {
  await addLook('1 minute')
  const other = await openTestAccount(suite.db)
  expect(await listLooks(as(other.owner), null)).toEqual({ admitsStaff: true, looks: [], next: null })
  await expect(listLooksInto(as(owner), { accountId: other.accountId, before: null })).rejects.toMatchObject({
    code: 'forbidden',
  })
  for (const role of ['billing', 'viewer'] as const) {
    const member = { ...owner, role, scopes: ['billing:write', 'members:read'] as const }
    await expect(admitStaff(as(member), false)).rejects.toMatchObject({ code: 'forbidden' })
  }
  await admitStaff(as(owner), false)
  expect((await listLooks(as(owner), null)).admitsStaff).toBe(false)
  expect((await listLooks(as(other.owner), null)).admitsStaff).toBe(true)
})
