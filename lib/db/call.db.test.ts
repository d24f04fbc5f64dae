import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { callDatabase } from './call'

const suite = useTestDatabase()

test('a call that runs out of a small budget leaves the pool and its other callers alone', async () => {
  const pool = suite.db.sql
  const other = pool`select pg_sleep(3)`.execute()
  const hasty = callDatabase(suite.db, (sql) => sql`select pg_sleep(4)`, 500)
  await expect(hasty).rejects.toMatchObject({ code: 'database_unavailable' })
  expect(suite.db.sql).toBe(pool)
  expect(await other).toHaveLength(1)
})

test('a call that the driver lost renews the pool, in which what still runs may finish', async () => {
  const pool = suite.db.sql
  let attempts = 0
  const call = callDatabase(suite.db, (sql) => {
    attempts += 1
    return attempts === 1 ? new Promise<never>(() => {}) : sql<{ one: number }[]>`select 1 as one`
  })
  await delay(4_500)
  const other = pool`select pg_sleep(4)`.execute()
  expect(await call).toEqual([{ one: 1 }])
  expect(suite.db.sql).not.toBe(pool)
  expect(await other).toHaveLength(1)
})

test.each(['57014', '55P03'])('a statement that waited too long (%s) is repeated', async (sqlState) => {
  let attempts = 0
  const rows = await callDatabase(suite.db, (sql) => {
    attempts += 1
    if (attempts > 1) return sql<{ one: number }[]>`select 1 as one`
    return sql.unsafe<{ one: number }[]>(`do $$ begin raise sqlstate '${sqlState}'; end $$`)
  })
  expect({ rows: [...rows], attempts }).toEqual({ rows: [{ one: 1 }], attempts: 2 })
})

test('a statement that waits too long each time is given up when the budget is', async () => {
  const call = callDatabase(suite.db, (sql) => sql.unsafe(`do $$ begin raise sqlstate '57014'; end $$`), 300)
  await expect(call).rejects.toMatchObject({ code: 'database_unavailable' })
})
