import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { invariant } from '@/lib/kit/assert'
import { makeContext } from '@/lib/server/container'
import { memberActor } from '@/lib/testing/test-context'
import type { BenchContext, BenchRow } from './bench'
import { driveHttp, percentile } from './drive-http'
import { ensureLoadedDatabase, type LoadedDatabase } from './loaded/ensure-loaded-database'
import { startProduct, type BenchedProduct } from './start-product'

const CONNECTIONS = 4
const ROUNDS = 5
const ROUND_SECONDS = 1.5
const RATIO_MAX = 1.3

/** What must not notice how much an account has behind it; of pages the first, with as many rows for each account. */
const PATHS = [
  '/api/v1/billing',
  '/api/v1/billing/activity',
  '/api/v1/billing/activity?filter=usage',
  '/api/v1/billing/activity?filter=payment-credits&limit=2',
]

type Measured = Readonly<{ rows: number; key: string; p50s: Map<string, number[]> }>

/**
 * Accounts of 100 to 1,000,000 rows over a table of 2,000,000, beside the smallest one. They take turns, so that whatever
 * else the machine does meets all of them.
 */
export async function run({ server, say }: BenchContext): Promise<readonly BenchRow[]> {
  const ends: (() => Promise<unknown>)[] = []
  try {
    const database = await ensureLoadedDatabase(server, say)
    say('building and starting the app')
    const product = await startProduct(server, database, ends)
    const accounts: Measured[] = []
    for (const account of database.accounts) accounts.push(await openMeasured(product, account))
    for (let round = 0; round <= ROUNDS; round++) {
      say(round === 0 ? 'warming up' : `round ${String(round)} of ${String(ROUNDS)}`)
      for (const path of PATHS) {
        for (const account of accounts) await measure(product, account, path, round > 0)
      }
    }
    return PATHS.flatMap((path) => rowsOf(path, accounts))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function openMeasured(
  { container }: BenchedProduct,
  { rows, accountId, userId }: LoadedDatabase['accounts'][number],
): Promise<Measured> {
  const ctx = await makeContext(container, memberActor(accountId, userId), 'req_bench')
  const { key } = await createApiKey(ctx, { name: 'bench', pepper: container.env.API_KEY_PEPPER })
  return { rows, key, p50s: new Map(PATHS.map((path) => [path, []])) }
}

async function measure(
  { appUrl }: BenchedProduct,
  { key, p50s }: Measured,
  path: string,
  counts: boolean,
): Promise<void> {
  const { p50Ms } = await driveHttp({
    url: `${appUrl}${path}`,
    headers: { authorization: `Bearer ${key}` },
    connections: CONNECTIONS,
    seconds: ROUND_SECONDS,
  })
  if (counts) p50s.get(path)?.push(p50Ms)
}

function rowsOf(path: string, accounts: readonly Measured[]): readonly BenchRow[] {
  const medianOf = ({ p50s }: Measured) => percentile(p50s.get(path) ?? [], 0.5)
  const [smallest, ...larger] = accounts
  invariant(smallest !== undefined, 'at least one account was measured')
  return larger.map((account) => {
    const ratio = medianOf(account) / medianOf(smallest)
    return {
      name: `GET ${path}, account of ${account.rows.toLocaleString('en')} rows, beside one of ${String(smallest.rows)}`,
      measured: `p50 ${medianOf(account).toFixed(1)} ms`,
      beside: `p50 ${medianOf(smallest).toFixed(1)} ms`,
      ratio,
      target: `at most ${String(RATIO_MAX)} times`,
      isMet: ratio <= RATIO_MAX,
    }
  })
}
