import { unreachable } from '@/lib/kit/assert'
import type { ClawbackDeed, Deed, GrantDeed, HoldDeed, ReversalDeed, SpendDeed } from './deeds'
import { inputOf } from './deeds'
import type { LedgerModel } from './model'
import { CHART, isDue, type Decision, type Grant, type Leg, type Posted, type Posting } from './model-types'

const SELF = 0n
const DEPOSITS = new Set(['deposit_card', 'deposit_welcome', 'deposit_manual', 'allowance'])
const RANK = { allowance: 1, promotional: 2, purchased: 3 } as const

/** What the ledger must answer to a deed in this state, in which nothing is due any more. */
export function decideDeed(books: LedgerModel, deed: Deed): Decision {
  const earlier = books.postings.get(referenceOf(books, deed))
  if (earlier !== undefined) return { status: earlier.input === inputOf(deed) ? 'replayed' : 'mismatch' }
  switch (deed.kind) {
    case 'grant':
      return decideGrant(books, deed)
    case 'spend':
      return decideSpend(books, deed)
    case 'clawback':
      return decideClawback(books, deed)
    case 'hold':
      return decideHold(books, deed)
    case 'reversal':
      return decideReversal(books, deed)
    default:
      return unreachable(deed)
  }
}

export function referenceOf(books: LedgerModel, deed: Deed): string {
  return deed.kind === 'reversal'
    ? `reversal:${books.postings.get(deed.targetReference)?.id ?? 'unknown'}`
    : deed.reference
}

function posting(
  books: LedgerModel,
  now: number,
  part: Pick<Posting, 'code' | 'legs'> & Partial<Posting>,
): Posting {
  const legs = part.legs.filter((leg) => leg.micros > 0n)
  const total = legs.reduce((sum, leg) => sum + leg.micros, 0n)
  const wallet = new Set([SELF, CHART.overdraft, ...books.grants.map((grant) => grant.id)])
  const change = legs.reduce(
    (sum, leg) => sum + (wallet.has(leg.to) ? leg.micros : 0n) - (wallet.has(leg.from) ? leg.micros : 0n),
    0n,
  )
  return {
    status: 'posted',
    answer: {},
    targetId: null,
    grant: null,
    clawed: [],
    ...part,
    legs,
    total,
    balance: books.total(now) + change,
  }
}

function decideGrant(books: LedgerModel, deed: GrantDeed): Decision {
  if (deed.expiresAt !== null && deed.expiresAt <= deed.occurredAt) return { status: 'invalid' }
  let debt = -books.of(CHART.overdraft)
  const repay = (amount: bigint): bigint => {
    const repaid = min(debt, amount)
    debt -= repaid
    return repaid
  }
  const paid = repay(deed.paid)
  const promoted = repay(deed.promoted)
  const total = deed.paid + deed.promoted
  const granted = total - paid - promoted
  return posting(books, deed.now, {
    code: deed.code,
    legs: [
      { from: CHART.stripe, to: CHART.overdraft, micros: paid },
      { from: CHART.promotions, to: CHART.overdraft, micros: promoted },
      { from: CHART.stripe, to: SELF, micros: deed.paid - paid },
      { from: CHART.promotions, to: SELF, micros: deed.promoted - promoted },
    ],
    answer: { repaidMicros: Number(paid + promoted), grantedMicros: Number(granted) },
    grant: { category: deed.category, priority: deed.priority, expiresAt: deed.expiresAt, total, granted },
  })
}

function decideSpend(books: LedgerModel, deed: SpendDeed): Decision {
  if (deed.limit !== null && books.total(deed.now) - deed.micros < -deed.limit)
    return { status: 'insufficient' }
  const to = CHART[deed.code]
  let left = deed.micros
  const legs: Leg[] = []
  for (const grant of inSpendingOrder(books, deed.now)) {
    const micros = min(left, books.of(grant.id))
    legs.push({ from: grant.id, to, micros })
    left -= micros
  }
  legs.push({ from: CHART.overdraft, to, micros: left })
  return posting(books, deed.now, { code: deed.code, legs, answer: { overdraftMicros: Number(left) } })
}

/** Allowance, then promotional by earliest expiry, then purchased, oldest first; within each by priority first. */
function inSpendingOrder(books: LedgerModel, now: number): Grant[] {
  const until = (grant: Grant) => (grant.category === 'purchased' ? Infinity : (grant.expiresAt ?? Infinity))
  const later = (a: number, b: number) => (a === b ? 0 : a - b)
  return books.grants
    .filter((grant) => !isDue(grant, now))
    .sort(
      (a, b) =>
        RANK[a.category] - RANK[b.category] ||
        a.priority - b.priority ||
        later(until(a), until(b)) ||
        Number(a.id - b.id),
    )
}

/** Own grant, other purchased grants oldest first, overdraft. `spent` is what earlier legs of the posting took. */
function takeBack(
  books: LedgerModel,
  grantId: bigint,
  to: bigint,
  micros: bigint,
  spent: Leg[],
  now: number,
): Leg[] {
  const own = books.grants.filter((grant) => grant.id === grantId)
  const others = books.grants
    .filter((grant) => grant.id !== grantId && grant.category === 'purchased')
    .sort((a, b) => Number(a.id - b.id))
  const legs: Leg[] = []
  let left = micros
  for (const grant of [...own, ...others].filter((one) => !isDue(one, now))) {
    const taken = spent.filter((leg) => leg.from === grant.id).reduce((sum, leg) => sum + leg.micros, 0n)
    const part = min(left, books.of(grant.id) - taken)
    legs.push({ from: grant.id, to, micros: part })
    left -= part
  }
  return [...legs, { from: CHART.overdraft, to, micros: left }]
}

function decideClawback(books: LedgerModel, deed: ClawbackDeed): Decision {
  const deposit = books.postings.get(deed.grantReference)
  const grant = books.grants.find((one) => one.id === deposit?.id)
  if (deposit === undefined || grant === undefined || !DEPOSITS.has(deposit.code)) {
    return { status: 'unknown_target' }
  }
  const micros = min(deed.micros, grant.total - grant.clawed)
  return posting(books, deed.now, {
    code: deed.code,
    legs: takeBack(
      books,
      grant.id,
      deed.code === 'refund' ? CHART.refunds : CHART.disputes,
      micros,
      [],
      deed.now,
    ),
    answer: { askedMicros: Number(deed.micros) },
    targetId: grant.id,
    clawed: [[grant.id, micros]],
  })
}

/** What is left of the deposit's own grant is set aside. */
function decideHold(books: LedgerModel, deed: HoldDeed): Decision {
  const deposit = books.postings.get(deed.grantReference)
  const grant = books.grants.find((one) => one.id === deposit?.id)
  if (deposit === undefined || grant === undefined || !DEPOSITS.has(deposit.code)) {
    return { status: 'unknown_target' }
  }
  const micros = min(deed.micros, books.of(grant.id))
  if (micros === 0n) return { status: 'insufficient' }
  return posting(books, deed.now, {
    code: 'hold',
    legs: [{ from: grant.id, to: CHART.held, micros }],
    answer: { askedMicros: Number(deed.micros) },
    targetId: grant.id,
  })
}

function decideReversal(books: LedgerModel, deed: ReversalDeed): Decision {
  const target = books.postings.get(deed.targetReference)
  if (target === undefined) return { status: 'unknown_target' }
  if (target.code === 'expiry' || target.code === 'reversal') return { status: 'invalid' }
  const isFrozen = target.code === 'hold'
  if (!isFrozen && target.targetId !== null && books.isReversed(target.targetId)) return { status: 'invalid' }
  return DEPOSITS.has(target.code)
    ? reverseDeposit(books, target, deed.now)
    : giveBack(books, target, deed.now)
}

function reverseDeposit(books: LedgerModel, target: Posted, now: number): Decision {
  const grant = books.grants.find((one) => one.id === target.id)
  if (grant === undefined) return { status: 'unknown_target' }
  const left = grant.total - grant.clawed
  const paid = target.legs
    .filter((leg) => leg.from === CHART.stripe)
    .reduce((sum, leg) => sum + leg.micros, 0n)
  const toStripe = paid > grant.clawed ? paid - grant.clawed : 0n
  const first = takeBack(books, grant.id, CHART.stripe, toStripe, [], now)
  const second = takeBack(books, grant.id, CHART.promotions, left - toStripe, first, now)
  return posting(books, now, {
    code: 'reversal',
    legs: [...first, ...second],
    targetId: target.id,
    clawed: [[grant.id, left]],
  })
}

function giveBack(books: LedgerModel, target: Posted, now: number): Decision {
  let debt = -books.of(CHART.overdraft)
  let anew = 0n
  let expired = 0n
  const legs: Leg[] = []
  for (const leg of [...target.legs].reverse()) {
    const repaid = min(debt, leg.micros)
    const rest = leg.micros - repaid
    debt -= repaid
    legs.push({ from: leg.to, to: CHART.overdraft, micros: repaid })
    const origin = books.grants.find((grant) => grant.id === leg.from)
    if (origin === undefined) {
      anew += rest
      legs.push({ from: leg.to, to: SELF, micros: rest })
    } else if (isDue(origin, now) || books.postings.has(`expiry:${origin.id}`)) {
      expired += rest
      legs.push({ from: leg.to, to: CHART.expired, micros: rest })
    } else {
      legs.push({ from: leg.to, to: origin.id, micros: rest })
    }
  }
  return posting(books, now, {
    code: 'reversal',
    legs,
    answer: { expiredMicros: Number(expired) },
    targetId: target.id,
    grant:
      anew > 0n ? { category: 'purchased', priority: 0, expiresAt: null, total: anew, granted: anew } : null,
    clawed: target.targetId === null || target.code === 'hold' ? [] : [[target.targetId, -target.total]],
  })
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
