import { openDatabase, type Database } from '@/lib/db/client'
import { invariant } from '@/lib/kit/assert'
import { createTestDatabase } from '@/lib/testing/test-database'
import type { Bench, BenchRow } from './bench'
import { runPgbench } from './postings-pgbench'
import { CONTENDERS, type Contender } from './postings-contenders'
import { loadWallets } from './postings-load'

const CONNECTIONS = 8
/** A server of the product has more requests in hand than connections; whoever finds none free waits, in either contest. */
const CALLERS = 32
const ROUNDS = 9
const ROUND_MS = 700

/** Postings a second, by contender, as medians over the rounds. */
type Rates = Readonly<Record<Contender, number>>

/**
 * Postings a second from Node over many wallets and on one hot wallet, single and in batches of 100, beside raw SQL of
 * the same work, by as many callers over as many connections. `spendCredit` sends spends that wait together, which one call
 * of pgbench cannot: its rows are of calls alone. The contenders take turns, so that whatever else the machine does meets all.
 */
export const run: Bench = async ({ server, say }) => {
  const database = await createTestDatabase(server)
  const db = openDatabase(database.appUrl, { poolSize: CONNECTIONS, applicationName: 'talktime-bench' })
  try {
    say('loading wallets')
    await loadWallets(database)
    const rates = await measure(db, say)
    say('pgbench')
    return [...rowsOf(rates), ...(await runPgbench(database.appUrl, CONNECTIONS))]
  } finally {
    await db.close()
    await database.drop()
  }
}

async function measure(db: Database, say: (text: string) => void): Promise<Rates> {
  const names = Object.keys(CONTENDERS).filter((name): name is Contender => name in CONTENDERS)
  const measured = new Map<Contender, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const rate = await drive(db, name, `${String(round)}-${name}`)
      // The first round only warms up: connections, plans, pages.
      if (round > 0) measured.get(name)?.push(rate)
    }
    say(`round ${String(round)} of ${String(ROUNDS)}`)
  }
  const of = (name: Contender) => median(measured.get(name) ?? [])
  return {
    rawMany: of('rawMany'),
    rawHot: of('rawHot'),
    ledgerMany: of('ledgerMany'),
    ledgerHot: of('ledgerHot'),
    batchMany: of('batchMany'),
    batchHot: of('batchHot'),
  }
}

/** Each caller makes one call after the other, which keeps every connection busy; sees that what was counted is what is stored. */
async function drive(db: Database, name: Contender, label: string): Promise<number> {
  const { call, stored, postingsPerCall } = CONTENDERS[name]
  const before = await stored(db)
  const started = performance.now()
  const workers = Array.from({ length: CALLERS }, async (_, worker) => {
    let calls = 0
    for (; performance.now() - started < ROUND_MS; calls++) {
      await call(db, `${label}-${String(worker)}-${String(calls)}`)
    }
    return calls
  })
  const calls = (await Promise.all(workers)).reduce((sum, one) => sum + one, 0)
  const seconds = (performance.now() - started) / 1000
  const added = (await stored(db)) - before
  invariant(
    added === calls * postingsPerCall,
    `${name}: ${String(calls)} calls stored ${String(added)} postings`,
  )
  return added / seconds
}

function rowsOf(rates: Rates): BenchRow[] {
  const row = (name: string, rate: number, raw: number, target: number): BenchRow => ({
    name: `postings: ${name}`,
    measured: `${rate.toFixed(0)}/s`,
    beside: `raw, single ${raw.toFixed(0)}/s`,
    ratio: rate / raw,
    target: `at least ${String(target)} of raw`,
    isMet: rate / raw >= target,
  })
  return [
    row('single, many wallets, those that wait together', rates.ledgerMany, rates.rawMany, 0.75),
    row('single, one hot wallet, those that wait together', rates.ledgerHot, rates.rawHot, 0.85),
    row('batches of 100, many wallets', rates.batchMany, rates.rawMany, 1.8),
    row('batches of 100, one hot wallet', rates.batchHot, rates.rawHot, 4),
  ]
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
