import { expect, test } from 'vitest'
import type { AccountQuestion } from '@/lib/core/account-question'
import { AMPLE, codeOf, slow, unknownKey, useIdentification } from '@/lib/testing/use-identification'
import type { Credential } from './credential'
import { identify } from './identify'
import { FAILED_AUTHENTICATIONS, type Limit } from './limits'

const { suite, caller, addKey, addToken, addOrganisation } = useIdentification()
const now = new Date('2026-03-01T12:00:00Z')
const TURNS = 20

/** Its answer names the account and the question. */
const question = (key: string): AccountQuestion => ({
  key,
  call: (sql, account) => sql`to_json(${key} || ' of ' || ${account})`,
})

type Asked = Readonly<{
  credential: Credential
  organisation?: string
  key?: string
  client?: string
  requests?: Limit | null
}>

const ask = ({ credential, organisation, key = 'balance', client, requests = AMPLE }: Asked) =>
  identify(suite.db, {
    credential,
    organisation: organisation ?? null,
    view: null,
    client: client ?? caller.client,
    requests,
    action: null,
    strangers: 'rate_limited',
    ahead: { question: question(key), now },
  })

/** What each of these is told, all of them asking at once and in turns. */
async function toldAtOnce(asked: readonly Asked[]): Promise<string[][]> {
  const turns = Array.from({ length: TURNS }, () => asked.map(ask))
  const told = await Promise.all(turns.map((turn) => Promise.all(turn)))
  return asked.map((_, index) => [...new Set(told.map((turn) => String(turn[index]?.foretold?.answer)))])
}

test('keys of two accounts that ask at once are each told of their own', async () => {
  const [first, one] = [caller.accountId, await addKey()]
  caller.accountId = await addOrganisation('beside', 'owner')
  const other = await addKey()
  expect(await toldAtOnce([{ credential: one }, { credential: other }])).toEqual([
    [`balance of ${String(first)}`],
    [`balance of ${String(caller.accountId)}`],
  ])
})

test('a token that names several organisations at once is told of each', async () => {
  const token = await addToken()
  const ids = [await addOrganisation('north', 'owner'), await addOrganisation('south', 'viewer')]
  const asked = [{}, { organisation: 'north' }, { organisation: 'south' }]
  expect(await toldAtOnce(asked.map((named) => ({ credential: token, ...named })))).toEqual(
    [caller.accountId, ...ids].map((id) => [`balance of ${String(id)}`]),
  )
})

test('a key that asks several things at once is told each', async () => {
  const credential = await addKey()
  const keys = ['balance', 'usage', 'transactions']
  expect(await toldAtOnce(keys.map((key) => ({ credential, key })))).toEqual(
    keys.map((key) => [`${key} of ${String(caller.accountId)}`]),
  )
})

test('what is a good key is no token, also while it is asked about as both', async () => {
  const key = await addKey()
  const asked = Array.from({ length: TURNS }, () => [
    codeOf(ask({ credential: key })),
    codeOf(ask({ credential: { ...key, kind: 'token' } })),
  ])
  for (const turn of asked) expect(await Promise.all(turn)).toEqual(['ok', 'unauthenticated'])
})

test('a request that is counted does not go as one that is not', async () => {
  const credential = await addKey()
  await ask({ credential, requests: slow(1) })
  const asked = Array.from({ length: TURNS }, () => [
    codeOf(ask({ credential, requests: null })),
    codeOf(ask({ credential, requests: slow(1) })),
  ])
  for (const turn of asked) expect(await Promise.all(turn)).toEqual(['ok', 'rate_limited'])
})

test('failures of one client are not counted against another who offers the same', async () => {
  const credential = unknownKey()
  const count = FAILED_AUTHENTICATIONS.burst
  const clients = ['near', 'far'].map((client) => `${caller.client}-${client}`)
  const asked = Array.from({ length: count }, () =>
    clients.map((client) => codeOf(ask({ credential, client }))),
  )
  expect(new Set(await Promise.all(asked.flat()))).toEqual(new Set(['unauthenticated']))
})
