import { describe, expect, test } from 'vitest'
import type { Actor } from '@/lib/core/actor'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { memberActor, SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { getPerson } from './get-person'

const suite = useTestDatabase()
const as = (actor: Actor) => testContext({ db: suite.db, actor })

async function openOwner() {
  const { accountId, email, owner } = await openTestAccount(suite.db)
  if (owner.kind !== 'user') throw new Error('an owner is a person')
  return { accountId, email, owner }
}

async function addMember(accountId: bigint, role: 'owner' | 'viewer') {
  const other = await openOwner()
  await suite.db.sql`
    insert into member (account_id, user_id, role) values (${accountId}, ${other.owner.userId}, ${role})`
  return { ...other, actor: memberActor(accountId, other.owner.userId, role) }
}

describe('getPerson', () => {
  test('tells who asks, with the moments to the microsecond', async () => {
    const { accountId, email, owner } = await openOwner()
    await suite.db.sql`
      update "user" set created_at = '2026-01-12T15:30:00.000001Z', email_verified = '2026-01-12T15:31:00Z'
        where id = ${owner.userId}`
    const person = await getPerson(as(owner))
    expect(person).toEqual({
      id: owner.userId,
      number: expect.any(BigInt),
      name: 'Ada',
      email,
      emailVerifiedAt: '2026-01-12T15:31:00.000000Z',
      createdAt: '2026-01-12T15:30:00.000001Z',
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      accountId,
    })
    const viewer = await addMember(accountId, 'viewer')
    const other = await getPerson(as(viewer.actor))
    expect(other).toMatchObject({ email: viewer.email, emailVerifiedAt: null, accountId })
    expect(other.number).not.toBe(person.number)
  })

  test('calls people by their address who gave no name', async () => {
    const { email, owner } = await openOwner()
    await suite.db.sql`update "user" set name = null where id = ${owner.userId}`
    expect(await getPerson(as(owner))).toMatchObject({ name: email })
  })

  test('tells a key who made it, and once they have left, who owns the account', async () => {
    const { accountId, email, owner } = await openOwner()
    const second = await addMember(accountId, 'owner')
    const { id: keyId } = await createApiKey(as(second.actor), { name: 'x', pepper: 'p' })
    const key: Actor = { kind: 'api-key', keyId, accountId, scopes: ['billing:read'] }
    expect(await getPerson(as(key))).toMatchObject({ email: second.email, accountId })
    await suite.db.sql`
      delete from member where account_id = ${accountId} and user_id = ${second.owner.userId}`
    expect(await getPerson(as(key))).toMatchObject({ email, accountId })
    await suite.db.sql`delete from member where user_id = ${owner.userId}`
    await expect(getPerson(as(key))).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is not for the system', async () => {
    await expect(getPerson(as(SYSTEM))).rejects.toMatchObject({ code: 'forbidden' })
  })
})
