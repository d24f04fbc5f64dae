import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'
import type { PostingOutcome } from './posting-outcome'
import { spendBatch, type SpendAnswer } from './spend-batch'

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

/** Calls that carry spends of several wallets at once: while one waits for the disk, the other is reckoned. */
const CALLS_MAX = 2
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

/** The spends of one wallet wait for each other's lock in any case: one call at a time has some of them. */
type Wallet = {
  accountId: bigint
  waiting: Waiter[]
  isAway: boolean
  /** Someone else was found to hold its lock. Until nothing waits any more its spends wait for the lock, apart from others. */
  isContended: boolean
}

/** Of one Database. A wallet is `ready` when spends wait that may go together with those of others. */
type Office = { db: Database; wallets: Map<bigint, Wallet>; ready: Set<Wallet>; callsAway: number }

const offices = new WeakMap<Database, Office>()

/**
 * Takes an amount from the wallet, or answers `insufficient` and takes nothing. The first to come goes at once. Those that
 * come while `CALLS_MAX` calls are on their way would wait for a processor, for the disk or for their wallet's lock in
 * any case; they go together in the next call and one commit, each at its own `now` and with its own outcome. Such a call
 * waits for no lock: spends of a wallet that someone else has locked come back and wait for it apart, so that nobody waits
 * for the lock of another's wallet, and none can fail through another.
 */
export function spendCredit(db: Database, spend: CreditSpend): Promise<PostingOutcome> {
  const office = offices.get(db) ?? { db, wallets: new Map(), ready: new Set(), callsAway: 0 }
  offices.set(db, office)
  return new Promise((resolve, reject) => {
    const wallet = walletOf(office, spend.accountId)
    wallet.waiting.push({ spend, resolve, reject })
    advance(office, [wallet])
  })
}

function walletOf({ wallets }: Office, accountId: bigint): Wallet {
  const wallet = wallets.get(accountId) ?? { accountId, waiting: [], isAway: false, isContended: false }
  wallets.set(accountId, wallet)
  return wallet
}

/** Sends what may go now: of these wallets, and of those that were ready before. */
function advance(office: Office, wallets: Iterable<Wallet>): void {
  for (const wallet of wallets) {
    if (wallet.isAway) continue
    if (wallet.waiting.length === 0) office.wallets.delete(wallet.accountId)
    else if (wallet.isContended) sendApart(office, wallet)
    else office.ready.add(wallet)
  }
  while (office.callsAway < CALLS_MAX && office.ready.size > 0) sendTogether(office)
}

function sendApart(office: Office, wallet: Wallet): void {
  const waiters = wallet.waiting.splice(0, TOGETHER_MAX)
  send(office, [wallet], post(office.db, waiters, true))
}

function sendTogether(office: Office): void {
  const wallets: Wallet[] = []
  const waiters: Waiter[] = []
  for (const wallet of office.ready) {
    if (waiters.length === TOGETHER_MAX) break
    office.ready.delete(wallet)
    wallets.push(wallet)
    waiters.push(...wallet.waiting.splice(0, TOGETHER_MAX - waiters.length))
  }
  office.callsAway += 1
  send(office, wallets, post(office.db, waiters, false), () => (office.callsAway -= 1))
}

/** The wallets are away until the call, which never rejects, is over or is slow. */
function send(
  office: Office,
  wallets: readonly Wallet[],
  call: Promise<readonly Waiter[]>,
  whenOver?: () => void,
): void {
  for (const wallet of wallets) wallet.isAway = true
  let isOver = false
  const goOn = (): void => {
    if (isOver) return
    isOver = true
    whenOver?.()
    for (const wallet of wallets) wallet.isAway = false
    advance(office, wallets)
  }
  const timer = setTimeout(goOn, PATIENCE_MS)
  void call.then((returned) => {
    takeBack(office, returned)
    clearTimeout(timer)
    goOn()
  })
}

/** They go first when their wallets go next, which is apart from others. */
function takeBack(office: Office, returned: readonly Waiter[]): void {
  const wallets = new Set<Wallet>()
  for (const waiter of returned.toReversed()) {
    const wallet = walletOf(office, waiter.spend.accountId)
    wallet.waiting.unshift(waiter)
    wallet.isContended = true
    office.ready.delete(wallet)
    wallets.add(wallet)
  }
  advance(office, wallets)
}

/** Never rejects. Every waiter is told, but those of busy wallets, which are answered: only a call that does not wait has any. */
async function post(db: Database, waiters: readonly Waiter[], waits: boolean): Promise<readonly Waiter[]> {
  const [first, ...others] = waiters
  const isAlone = others.length === 0
  try {
    const spends = waiters.map(({ spend }) => spend)
    const answers = await spendBatch(db, spends, { waits, ...(!isAlone && { budgetMs: TOGETHER_MS }) })
    return waiters.filter((waiter, i) => !tell(waiter, answers[i]))
  } catch (error) {
    if (isAlone) first?.reject(error)
    // Whatever was committed after all is answered from its reference.
    else await Promise.all(waiters.map((waiter) => post(db, [waiter], true)))
    return []
  }
}

/** Whether there was anything to tell. */
function tell({ resolve, reject }: Waiter, answer: SpendAnswer | undefined): boolean {
  if (answer?.status === 'busy') return false
  if (answer === undefined) reject(new Error('The ledger answered fewer spends than it was given.'))
  else resolve(answer)
  return true
}
