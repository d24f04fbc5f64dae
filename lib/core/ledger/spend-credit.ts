import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'
import { parsePostingOutcome, type PostingOutcome } from './posting-outcome'
import { spendCredits } from './spend-credits'

export type CreditSpend = Readonly<{
  accountId: bigint
  code: 'usage' | 'rent'
  /** Unique in the account: `usage:<event id>` for usage. */
  reference: string
  amount: Money
  /** How far below zero the balance may go; null: without limit, for what has happened already. */
  overdraftLimit: Money | null
  occurredAt: Instant
  now: Instant
}>

const TOGETHER_MAX = 100
/** A call that takes longer holds up nobody who comes after it. */
const PATIENCE_MS = 50
/** Whoever went together with a spend that cannot go ahead gives up waiting after this long, and goes alone. */
const TOGETHER_MS = 1_000

type Waiter = Readonly<{
  spend: CreditSpend
  resolve: (outcome: PostingOutcome) => void
  reject: (error: unknown) => void
}>
/** Of one account. */
type Queue = { waiting: Waiter[]; isBusy: boolean }

const queues = new WeakMap<Database, Map<bigint, Queue>>()

/**
 * Takes an amount from the wallet, or answers `insufficient` and takes nothing. An account's spends wait for each other
 * in any case, for its lock; those that come while one is on its way therefore go together in the next call, under one
 * lock and one commit. Only spends of the same `now` do, since it decides what has expired; each has its own outcome, and
 * none can fail through another.
 */
export function spendCredit(db: Database, spend: CreditSpend): Promise<PostingOutcome> {
  const accounts = queues.get(db) ?? new Map<bigint, Queue>()
  queues.set(db, accounts)
  const queue = accounts.get(spend.accountId) ?? { waiting: [], isBusy: false }
  accounts.set(spend.accountId, queue)
  return new Promise((resolve, reject) => {
    queue.waiting.push({ spend, resolve, reject })
    if (!queue.isBusy) send(db, accounts, queue)
  })
}

function send(db: Database, accounts: Map<bigint, Queue>, queue: Queue): void {
  const [first] = queue.waiting
  if (first === undefined) return
  const { accountId, now } = first.spend
  const others = queue.waiting.findIndex((waiter) => waiter.spend.now.getTime() !== now.getTime())
  const together = queue.waiting.splice(0, Math.min(TOGETHER_MAX, others === -1 ? TOGETHER_MAX : others))
  queue.isBusy = true
  let isOver = false
  const goOn = (): void => {
    if (isOver) return
    isOver = true
    queue.isBusy = false
    if (queue.waiting.length > 0) send(db, accounts, queue)
    else if (accounts.get(accountId) === queue) accounts.delete(accountId)
  }
  const timer = setTimeout(goOn, PATIENCE_MS)
  void post(db, together).finally(() => {
    clearTimeout(timer)
    goOn()
  })
}

/** Never rejects: every waiter is told. */
async function post(db: Database, together: readonly Waiter[]): Promise<void> {
  const [first] = together
  if (first === undefined) return
  if (together.length === 1) {
    await spendAlone(db, first.spend).then(first.resolve, first.reject)
    return
  }
  try {
    const spends = together.map((waiter) => waiter.spend)
    const outcomes = await spendCredits(db, spends, first.spend.now, TOGETHER_MS)
    together.forEach((waiter, i) => {
      const outcome = outcomes[i]
      if (outcome === undefined)
        waiter.reject(new Error('The ledger answered fewer spends than it was given.'))
      else waiter.resolve(outcome)
    })
  } catch {
    // Whatever was committed after all is answered from its reference.
    await Promise.all(together.map((waiter) => post(db, [waiter])))
  }
}

function spendAlone(db: Database, spend: CreditSpend): Promise<PostingOutcome> {
  return callDatabase(db, async (sql) => {
    const [row] = await sql`
      select * from ledger.spend(${spend.accountId}, ${spend.code}, ${spend.reference}, ${spend.amount.micros},
        ${spend.overdraftLimit?.micros ?? null}, ${spend.occurredAt}, ${spend.now})`
    return parsePostingOutcome(row)
  })
}
