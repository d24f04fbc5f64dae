import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import postgres from 'postgres'
import { invariant } from '@/lib/kit/assert'
import type { TestDatabase } from '@/lib/testing/test-database'

const BATCH = 100
const MILLION_DOLLARS = 1_000_000_000_000

/** The tables and functions of raw.sql and usage.sql, with so many wallets, and connections to call them. */
export async function prepareRawUsage(
  { ownerUrl }: Pick<TestDatabase, 'ownerUrl'>,
  accounts: number,
): Promise<postgres.Sql> {
  const owner = postgres(ownerUrl, { max: 8, onnotice: () => {} })
  for (const file of ['./raw.sql', './usage.sql']) {
    await owner.unsafe(await readFile(new URL(file, import.meta.url), 'utf8'))
  }
  await owner`insert into raw.balance select i, 1000, ${MILLION_DOLLARS} from generate_series(1, ${accounts}::int) as i`
  await owner`insert into raw.balance select i, 6, 0 from generate_series(1, ${accounts}::int) as i`
  return owner
}

/** Events a second, booked by raw SQL in the same batches; sees that what was counted is what is stored. */
export async function driveRawUsage(
  sql: postgres.Sql,
  load: Readonly<{ accounts: number; connections: number; seconds: number }>,
): Promise<number> {
  const before = await countStored(sql)
  const started = performance.now()
  let batches = 0
  const loop = async (): Promise<void> => {
    while (performance.now() - started < load.seconds * 1000) {
      batches += 1
      await bookBatch(sql, 1 + (batches % load.accounts))
    }
  }
  await Promise.all(Array.from({ length: load.connections }, loop))
  const seconds = (performance.now() - started) / 1000
  const stored = (await countStored(sql)) - before
  invariant(stored === batches * BATCH, `${String(batches)} raw batches stored ${String(stored)}`)
  return stored / seconds
}

async function bookBatch(sql: postgres.Sql, account: number): Promise<void> {
  const batch = randomUUID()
  const now = Date.now()
  const rows = Array.from({ length: BATCH }, (_, index) => ({
    id: `${batch}-${String(index)}`,
    number_id: 'num_bench',
    kind: 'call',
    quantity: 1 + ((index * 37) % 600),
    destination: '+12125550142',
    micros: 14_000,
    occurred_at: new Date(now - Math.floor(Math.random() * 1_000)).toISOString(),
  }))
  await sql`select raw.book_usage(${account}, ${sql.json(rows)})`
}

async function countStored(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from raw.usage_event`
  return row?.n ?? 0
}
