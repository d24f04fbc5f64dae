import { beforeEach, describe, expect, test } from 'vitest'
import { ROLE_SCOPES, type Actor } from '@/lib/core/actor'
import { memberActor, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { createApiKey } from './create-api-key'
import { isWellFormedApiKey } from './key-codec'
import { listApiKeys } from './list-api-keys'
import { revokeApiKey } from './revoke-api-key'

const suite = useTestDatabase()
const PEPPER = 'a pepper of at least 32 characters'

let serial = 0
let owner: Extract<Actor, { kind: 'user' }>
let stranger: Actor

async function addOwner(name: string) {
  serial += 1
  const [row] = await suite.db.sql<{ account: bigint; person: string }[]>`
    with person as (insert into "user" (email) values (${`${name}-${serial}@example.com`}) returning id),
      account as (insert into account (name) values (${name}) returning id)
    select account.id as account, person.id as person from account, person`
  if (row === undefined) throw new Error('the owner is made')
  return memberActor(row.account, row.person)
}

beforeEach(async () => {
  owner = await addOwner('ada')
  stranger = await addOwner('eve')
})

const as = (actor: Actor) => testContext({ db: suite.db, actor })
const create = (actor: Actor, name = 'export') => createApiKey(as(actor), { name, pepper: PEPPER })

describe('createApiKey', () => {
  test('hands the key out once and stores nothing that it could be had from', async () => {
    const { id, key } = await create(owner)
    expect(isWellFormedApiKey(key)).toBe(true)
    const [row] = await suite.db.sql<{ row: string }[]>`
      select api_key::text as row from api_key where id = ${id}`
    expect(row?.row).not.toContain(key.slice(11, 43))
    expect(row?.row).not.toContain(Buffer.from(key).toString('hex'))
  })

  test('gives full access by default, to the account of who made it', async () => {
    const { id } = await create(owner)
    const [row] = await suite.db.sql`
      select account_id, scopes, created_by, revoked_at, expires_at from api_key where id = ${id}`
    expect(row).toEqual({
      account_id: owner.accountId,
      scopes: ['billing:read', 'billing:write', 'usage:write'],
      created_by: owner.userId,
      revoked_at: null,
      expires_at: null,
    })
  })

  test.each(['billing', 'viewer'] as const)('is not for the role %s', async (role) => {
    await expect(create({ ...owner, role, scopes: ROLE_SCOPES[role] })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  test('is not for an API key, were it given the scope', async () => {
    const { accountId } = owner
    await expect(
      create({ kind: 'api-key', keyId: 'key_1', accountId, scopes: ['keys:write'] }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('is not for an impersonator', async () => {
    const { accountId, scopes } = owner
    const actor: Actor = {
      kind: 'impersonator',
      staffUserId: owner.userId,
      reason: 'test',
      accountId,
      scopes,
    }
    await expect(create(actor)).rejects.toMatchObject({ code: 'impersonating' })
    await expect(revokeApiKey(as(actor), 'key_1')).rejects.toMatchObject({ code: 'impersonating' })
  })
})

describe('listApiKeys', () => {
  test('shows the account its own keys, newest first, and no secret', async () => {
    const first = await create(owner, 'first')
    const second = await create(owner, 'second')
    await create(stranger, 'foreign')
    const listed = await listApiKeys(as(owner))
    expect(listed.map(({ id, name }) => [id, name])).toEqual([
      [second.id, 'second'],
      [first.id, 'first'],
    ])
    expect(JSON.stringify(listed)).not.toContain(first.key.slice(13, 43))
    expect(listed[0]).toMatchObject({ lastUsedAt: null, expiresAt: null, createdAt: expect.any(Date) })
  })

  test('is for who may read keys', async () => {
    await expect(
      listApiKeys(as({ ...owner, role: 'viewer', scopes: ROLE_SCOPES.viewer })),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('revokeApiKey', () => {
  test('ends the key, and keeps the moment when it is told twice', async () => {
    const { id } = await create(owner)
    const revokedAt = async () => suite.db.sql`select revoked_at from api_key where id = ${id}`
    await revokeApiKey(as(owner), id)
    const first = await revokedAt()
    await revokeApiKey(as(owner), id)
    expect(await revokedAt()).toEqual(first)
    expect(first[0]?.revoked_at).toBeInstanceOf(Date)
    expect(await listApiKeys(as(owner))).toEqual([])
  })

  test("does not find another account's key, nor one that is none", async () => {
    const { id } = await create(owner)
    const refusals = await Promise.all(
      [id, 'key_none', ''].map((keyId) => revokeApiKey(as(stranger), keyId).catch((error: unknown) => error)),
    )
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: 'not_found', message: 'There is no such key.' })
    }
    expect(await listApiKeys(as(owner))).toHaveLength(1)
  })
})
