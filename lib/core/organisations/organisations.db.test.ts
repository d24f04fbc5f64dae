import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { ROLE_SCOPES, type Actor } from '@/lib/core/actor'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { memberActor, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { createOrganisation } from './create-organisation'
import { getOrganisation } from './get-organisation'
import { listOrganisations } from './list-organisations'
import { switchOrganisation } from './switch-organisation'
import { updateOrganisation } from './update-organisation'

const suite = useTestDatabase()
const NOW = new Date('2026-03-01T10:00:00Z')
const as = (actor: Actor) => testContext({ db: suite.db, actor, now: NOW })

type Person = Extract<Actor, { kind: 'user' }>
let ada: Person
let eve: Person

async function openOwner(): Promise<Person> {
  const { owner } = await openTestAccount(suite.db, { welcomeCents: 500 })
  if (owner.kind !== 'user') throw new Error('an owner is a person')
  return owner
}

beforeEach(async () => {
  ada = await openOwner()
  eve = await openOwner()
})

async function accountOf(slug: string): Promise<bigint> {
  const [row] = await suite.db.sql<{ id: bigint }[]>`select id from account where slug = ${slug}`
  return row?.id ?? 0n
}

describe('createOrganisation', () => {
  test('opens a wallet that is empty: neither a second welcome credit nor a second number', async () => {
    const { slug } = await createOrganisation(as(ada), 'Bäckerei & Söhne')
    expect(slug).toMatch(/^backerei-sohne/)
    const accountId = await accountOf(slug)
    const [row] = await suite.db.sql`
      select account.name, account.created_at, member.role, member.user_id,
          (ledger.balance(account.id, ${NOW})).balance_micros as balance,
          (select count(*)::int from phone_number where account_id = account.id) as numbers
        from account join member on member.account_id = account.id where account.id = ${accountId}`
    expect(row).toEqual({
      name: 'Bäckerei & Söhne',
      created_at: NOW,
      role: 'owner',
      user_id: ada.userId,
      balance: 0n,
      numbers: 0,
    })
  })

  test('ends at twenty of one owner, however many ask at once', async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 25 }, (_, index) => createOrganisation(as(ada), `Shop ${String(index)}`)),
    )
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(19)
    await expect(createOrganisation(as(ada), 'One more')).rejects.toMatchObject({ code: 'conflict' })
    await createOrganisation(as(eve), 'One more')
  })

  test('is for people alone', async () => {
    const { accountId } = ada
    const key: Actor = { kind: 'api-key', keyId: 'key_1', accountId, scopes: ['self:write'] }
    await expect(createOrganisation(as(key), 'x')).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('listOrganisations', () => {
  test('shows people all of theirs and no other, and which they look at', async () => {
    const { slug } = await createOrganisation(as(ada), 'zebra')
    await createOrganisation(as(eve), 'foreign')
    const [first, second, ...rest] = await listOrganisations(as(ada))
    expect(rest).toEqual([])
    expect(first).toMatchObject({ name: 'Ada', role: 'owner', isCurrent: true })
    expect(second).toEqual({ name: 'zebra', slug, role: 'owner', isCurrent: false })
  })
})

describe('switchOrganisation', () => {
  const sessionHash = () => createHash('sha256').update(ada.userId).digest()
  const chosen = async () => {
    const [row] = await suite.db.sql<{ account_id: bigint | null }[]>`
      select account_id from session where session_token = ${sessionHash().toString('hex')}`
    return row?.account_id
  }

  beforeEach(async () => {
    await suite.db.sql`
      insert into session (session_token, user_id, expires)
      values (${sessionHash().toString('hex')}, ${ada.userId}, clock_timestamp() + interval '1 day')`
  })

  test('lets the session act for another organisation of its person', async () => {
    const { slug } = await createOrganisation(as(ada), 'second')
    await switchOrganisation(as(ada), { slug, sessionHash: sessionHash() })
    expect(await chosen()).toBe(await accountOf(slug))
  })

  test('finds no organisation of others, and changes no session of others', async () => {
    const { slug } = await createOrganisation(as(eve), 'foreign')
    const { slug: own } = await getOrganisation(as(eve))
    for (const [actor, to] of [
      [ada, slug],
      [ada, 'nobody-has-this'],
      [eve, own],
    ] as const) {
      await expect(
        switchOrganisation(as(actor), { slug: to, sessionHash: sessionHash() }),
      ).rejects.toMatchObject({
        code: 'not_found',
      })
    }
    expect(await chosen()).toBeNull()
  })
})

describe('updateOrganisation', () => {
  test('names it anew, and writes down who did it', async () => {
    await updateOrganisation(as(ada), { name: 'Ada & Co', slug: `ada-co-${ada.accountId}` })
    expect(await getOrganisation(as(ada))).toEqual({ name: 'Ada & Co', slug: `ada-co-${ada.accountId}` })
    const rows = await suite.db.sql`
      select kind, actor, detail, at from membership_event where account_id = ${ada.accountId}`
    expect(rows).toEqual([
      {
        kind: 'changed',
        actor: `user:${ada.userId}`,
        detail: `Ada & Co (ada-co-${ada.accountId})`,
        at: NOW,
      },
    ])
  })

  test('does not take the slug of another', async () => {
    const { slug } = await getOrganisation(as(eve))
    await expect(updateOrganisation(as(ada), { name: 'Ada', slug })).rejects.toMatchObject({
      code: 'invalid_input',
      fields: { fieldErrors: { slug: [expect.any(String)] } },
    })
    const taken = await Promise.allSettled(
      [ada, eve].map((person) => updateOrganisation(as(person), { name: 'Race', slug: 'race' })),
    )
    expect(taken.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test.each(['billing', 'viewer'] as const)('is not for the role %s', async (role) => {
    const actor = { ...ada, role, scopes: ROLE_SCOPES[role] }
    await expect(updateOrganisation(as(actor), { name: 'x', slug: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect((await getOrganisation(as(memberActor(ada.accountId, ada.userId, role)))).name).toBe('Ada')
  })
})
