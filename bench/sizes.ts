import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { invariant } from '@/lib/kit/assert'
import { makeContext } from '@/lib/server/container'
import { memberActor } from '@/lib/testing/test-context'
import type { BenchContext, BenchRow } from './bench'
import { driveHttp } from './drive-http'
import { ensureLoadedDatabase, type LoadedDatabase } from './loaded/ensure-loaded-database'
import { startProduct, type BenchedProduct } from './start-product'

const CONNECTIONS = 4
const SECONDS = 4
const RATIO_MAX = 1.3

/** GET /api/v1/billing of accounts of 100 to 1,000,000 rows, in turn, over a table of 2,000,000: beside the smallest one. */
export async function run({ server, say }: BenchContext): Promise<readonly BenchRow[]> {
  const ends: (() => Promise<unknown>)[] = []
  try {
    const database = await ensureLoadedDatabase(server, say)
    say('building and starting the app')
    const product = await startProduct(server, database, ends)
    const medians: { rows: number; p50Ms: number }[] = []
    for (const account of database.accounts) {
      say(`measuring ${String(account.rows)} rows`)
      medians.push({ rows: account.rows, p50Ms: await measure(product, account) })
    }
    return rowsOf(medians)
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function measure(
  { appUrl, container }: BenchedProduct,
  { accountId, userId }: LoadedDatabase['accounts'][number],
): Promise<number> {
  const ctx = await makeContext(container, memberActor(accountId, userId), 'req_bench')
  const { key } = await createApiKey(ctx, { name: 'bench', pepper: container.env.API_KEY_PEPPER })
  const load = {
    url: `${appUrl}/api/v1/billing`,
    headers: { authorization: `Bearer ${key}` },
    connections: CONNECTIONS,
  }
  await driveHttp({ ...load, seconds: 2 })
  return (await driveHttp({ ...load, seconds: SECONDS })).p50Ms
}

function rowsOf(medians: readonly { rows: number; p50Ms: number }[]): readonly BenchRow[] {
  const [smallest, ...larger] = medians
  invariant(smallest !== undefined, 'at least one account was measured')
  return larger.map(({ rows, p50Ms }) => ({
    name: `GET /api/v1/billing, account of ${rows.toLocaleString('en')} rows, beside one of ${String(smallest.rows)}`,
    measured: `p50 ${p50Ms.toFixed(1)} ms`,
    beside: `p50 ${smallest.p50Ms.toFixed(1)} ms`,
    ratio: p50Ms / smallest.p50Ms,
    target: `at most ${String(RATIO_MAX)} times`,
    isMet: p50Ms / smallest.p50Ms <= RATIO_MAX,
  }))
}
