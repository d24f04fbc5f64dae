import { expect, test } from 'vitest'
import { generatePersonalToken, generateSessionToken } from '@/lib/core/access-tokens/token-codec'
import { generateApiKey } from '@/lib/core/api-keys/key-codec'
import { useApp } from '@/lib/testing/use-app'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()
const app = useApp(suite)

const GARBAGE: readonly (string | null)[] = [
  null,
  '',
  'garbage',
  'Bearer',
  'Bearer ',
  'Bearer garbage',
  `Bearer sk_live_${'a'.repeat(24)}`,
  `Bearer sk_live_tt_${'a'.repeat(38)}`,
  `Bearer tt_session_${'a'.repeat(38)}`,
  `Bearer 1|${'a'.repeat(38)}`,
  `Bearer ${generatePersonalToken(1n).slice(1)}`,
  `Bearer ${generatePersonalToken(1n).slice(0, -1)}`,
  `Bearer ${generateApiKey().slice(0, -1)}`,
  `Bearer ${generateApiKey()}x`,
  `Bearer ${generateApiKey().toLowerCase()}`,
  `Basic ${generateApiKey()}`,
  `Bearer ${'A'.repeat(8000)}`,
  "Bearer ' or 1=1 --",
]

async function statusOf(authorization: string | null): Promise<number> {
  const headers = authorization === null ? {} : { authorization }
  const response = await fetch(new URL('/api/v1/billing', app().url), { headers })
  await response.body?.cancel()
  return response.status
}

/** Every bad credential that is looked up takes from its sender's bucket, even where that is empty. */
async function lookedUp(): Promise<number> {
  const rows = await suite.db.sql`select from rate_limit where bucket like 'failed:%'`
  return rows.length
}

test('a flood of garbage keys and tokens is answered with 401 and never reaches the database', async () => {
  const statuses = new Set<number>()
  for (let round = 0; round < 20; round++) {
    for (const status of await Promise.all(GARBAGE.map(statusOf))) statuses.add(status)
  }
  expect([...statuses]).toEqual([401])
  expect(await lookedUp()).toBe(0)
})

test('a key or token that could be one does reach it', async () => {
  for (const text of [generateApiKey(), generatePersonalToken(1n), generateSessionToken()]) {
    expect(await statusOf(`Bearer ${text}`)).toBe(401)
  }
  expect(await lookedUp()).toBe(1)
})
