import { expect, test } from 'vitest'
import { AMPLE, codeOf, slow, unknownKey, useIdentification } from '@/lib/testing/use-identification'
import type { Credential } from './credential'
import { identify } from './identify'
import { FAILED_AUTHENTICATIONS, type Limit } from './limits'

const { suite, caller, addKey, addToken, addOrganisation } = useIdentification()
const TURNS = 20

type Asked = Readonly<{
  credential: Credential
  organisation?: string
  client?: string
  requests?: Limit | null
}>

const ask = ({ credential, organisation, client, requests = AMPLE }: Asked) =>
  identify(suite.db, {
    credential,
    organisation: organisation ?? null,
    view: null,
    client: client ?? caller.client,
    requests,
    action: null,
    strangers: 'rate_limited',
  })

/** The account that each of these acts for, all of them asking at once and in turns. */
async function accountsAtOnce(asked: readonly Asked[]): Promise<bigint[][]> {
  const turns = Array.from({ length: TURNS }, () => asked.map(ask))
  const told = await Promise.all(turns.map((turn) => Promise.all(turn)))
  return asked.map((_, index) => [...new Set(told.map((turn) => turn[index]?.actor.accountId ?? 0n))])
}

test('keys of two accounts that ask at once each act for their own', async () => {
  const [first, one] = [caller.accountId, await addKey()]
  caller.accountId = await addOrganisation('beside', 'owner')
  const other = await addKey()
  expect(await accountsAtOnce([{ credential: one }, { credential: other }])).toEqual([
    [first],
    [caller.accountId],
  ])
})

test('a token that names several organisations at once acts for each', async () => {
  const token = await addToken()
  const ids = [await addOrganisation('north', 'owner'), await addOrganisation('south', 'viewer')]
  const asked = [{}, { organisation: 'north' }, { organisation: 'south' }]
  expect(await accountsAtOnce(asked.map((named) => ({ credential: token, ...named })))).toEqual(
    [caller.accountId, ...ids].map((id) => [id]),
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
