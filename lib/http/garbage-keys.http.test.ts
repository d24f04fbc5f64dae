import { expect, test } from 'vitest'
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

/** The pool connects at its first query: while there is no connection there was no query. */
async function connections(): Promise<number> {
  const [row] = await suite.db.sql<{ count: string }[]>`
    select count(*)::text as count from pg_stat_activity
    where datname = current_database() and application_name = 'talktime'`
  return Number(row?.count)
}

test('a flood of garbage keys is answered with 401 and never reaches the database', async () => {
  const statuses = new Set<number>()
  for (let round = 0; round < 20; round++) {
    for (const status of await Promise.all(GARBAGE.map(statusOf))) statuses.add(status)
  }
  expect([...statuses]).toEqual([401])
  expect(await connections()).toBe(0)
})

test('a key that could be one does reach it', async () => {
  expect(await statusOf(`Bearer ${generateApiKey()}`)).toBe(401)
  expect(await connections()).toBeGreaterThan(0)
})
