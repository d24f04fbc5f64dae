import { spendCredit } from '@/lib/core/ledger/spend-credit'
import { spendCredits } from '@/lib/core/ledger/spend-credits'
import type { Database } from '@/lib/db/client'
import { invariant } from '@/lib/kit/assert'
import { usd } from '@/lib/kit/money'

export const WALLETS = 2_000
const BATCH = 100
const HOT = 1n

export type Contender = 'rawMany' | 'rawHot' | 'ledgerMany' | 'ledgerHot' | 'batchMany' | 'batchHot'

type Contest = Readonly<{
  call(db: Database, label: string): Promise<void>
  /** How many postings the contender's table holds. */
  stored(db: Database): Promise<number>
  postingsPerCall: number
}>

/** The raw function of bench/raw.sql from the same driver, and the product's own verbs with all they guard. */
export const CONTENDERS: Readonly<Record<Contender, Contest>> = {
  rawMany: { call: (db, label) => postRaw(db, label, anyWallet()), stored: countRaw, postingsPerCall: 1 },
  ledgerMany: {
    call: (db, label) => spendOne(db, label, anyWallet()),
    stored: countLedger,
    postingsPerCall: 1,
  },
  rawHot: { call: (db, label) => postRaw(db, label, HOT), stored: countRaw, postingsPerCall: 1 },
  ledgerHot: { call: (db, label) => spendOne(db, label, HOT), stored: countLedger, postingsPerCall: 1 },
  batchMany: {
    call: (db, label) => spendMany(db, label, anyWallet),
    stored: countLedger,
    postingsPerCall: BATCH,
  },
  batchHot: {
    call: (db, label) => spendMany(db, label, () => HOT),
    stored: countLedger,
    postingsPerCall: BATCH,
  },
}

function anyWallet(): bigint {
  return BigInt(1 + Math.floor(Math.random() * WALLETS))
}

async function postRaw(db: Database, label: string, wallet: bigint): Promise<void> {
  await db.sql`select * from raw.post(${wallet}, ${'usage'}, ${`usage:${label}`}, ${1_000n}, ${6n}, ${100n}, ${new Date()})`
}

async function spendOne(db: Database, label: string, accountId: bigint): Promise<void> {
  const now = new Date()
  const times = { occurredAt: now, now }
  const outcome = await spendCredit(db, { ...spendOf(accountId, label), ...times })
  invariant(outcome.status === 'posted', `a spend is ${outcome.status}`)
}

async function spendMany(db: Database, label: string, wallet: () => bigint): Promise<void> {
  const now = new Date()
  const spends = Array.from({ length: BATCH }, (_, i) => ({
    ...spendOf(wallet(), `${label}-${String(i)}`),
    occurredAt: now,
  }))
  const outcomes = await spendCredits(db, spends, now)
  invariant(
    outcomes.every((outcome) => outcome.status === 'posted'),
    'every spend is posted',
  )
}

function spendOf(accountId: bigint, label: string) {
  const amount = { amount: usd(100n), overdraftLimit: null }
  return { accountId, code: 'usage' as const, reference: `usage:${label}`, ...amount }
}

async function countRaw(db: Database): Promise<number> {
  const [row] = await db.sql<{ n: number }[]>`select count(*)::int as n from raw.posting`
  return row?.n ?? 0
}

async function countLedger(db: Database): Promise<number> {
  const [row] = await db.sql<{ n: number }[]>`select count(*)::int as n from ledger.posting`
  return row?.n ?? 0
}
