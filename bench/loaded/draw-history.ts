/** Which accounts are given how many rows; 65535 accounts at most, each of a multiple of `CYCLE` rows. */
export type HistoryPlan = Readonly<{
  accounts: readonly Readonly<{ accountId: bigint; rows: number }>[]
  /** The id of the first posting; the following count on. */
  firstId: number
  /** When the first happened, and how far the next is away. Milliseconds. */
  startsAtMs: number
  stepMs: number
}>

/** A posting with its one transfer, and all that the books then hold. Micro-dollars. */
export type HistoryRow = Readonly<{
  accountId: bigint
  id: number
  isDeposit: boolean
  occurredAt: string
  totalMicros: number
  /** Of the wallet, after this row. */
  walletMicros: number
  fromId: number
  toId: number
  fromBalanceMicros: number
  toBalanceMicros: number
}>

/** A deposit, and the usage that uses it up. */
const CYCLE = 100
export const USAGE_MICROS = 50_000
export const DEPOSIT_MICROS = (CYCLE - 1) * USAGE_MICROS
const STRIPE = 3
const USAGE = 6

/**
 * The rows of all accounts in the order of time, mixed as they would come in, so that an account's rows lie as far
 * apart in the table as they do in life. The same plan gives the same rows.
 */
export function* drawHistory(plan: HistoryPlan): Generator<HistoryRow> {
  const done = new Uint32Array(plan.accounts.length)
  const grants = new Float64Array(plan.accounts.length)
  let step = 0
  for (const place of mixedPlaces(plan)) {
    const nth = done[place] ?? 0
    const id = plan.firstId + step
    if (nth % CYCLE === 0) grants[place] = id
    const occurredAt = new Date(plan.startsAtMs + step * plan.stepMs).toISOString()
    const accountId = plan.accounts[place]?.accountId ?? 0n
    yield { accountId, id, occurredAt, ...movement(nth, grants[place] ?? 0) }
    done[place] = nth + 1
    step += 1
  }
}

/** What an account's nth row moves. */
function movement(nth: number, grantId: number) {
  const cycle = Math.floor(nth / CYCLE)
  const used = nth % CYCLE
  const left = DEPOSIT_MICROS - used * USAGE_MICROS
  if (used === 0) {
    return {
      isDeposit: true,
      totalMicros: DEPOSIT_MICROS,
      walletMicros: left,
      fromId: STRIPE,
      toId: grantId,
      fromBalanceMicros: -(cycle + 1) * DEPOSIT_MICROS,
      toBalanceMicros: left,
    }
  }
  return {
    isDeposit: false,
    totalMicros: USAGE_MICROS,
    walletMicros: left,
    fromId: grantId,
    toId: USAGE,
    fromBalanceMicros: left,
    toBalanceMicros: cycle * DEPOSIT_MICROS + used * USAGE_MICROS,
  }
}

/** For each row the account it belongs to, shuffled by a generator with a fixed seed. */
function mixedPlaces({ accounts }: HistoryPlan): Uint16Array {
  const places = new Uint16Array(accounts.reduce((sum, { rows }) => sum + rows, 0))
  let end = 0
  for (const [place, { rows }] of accounts.entries()) {
    places.fill(place, end, end + rows)
    end += rows
  }
  let seed = 20_260_701
  for (let last = places.length - 1; last > 0; last--) {
    // A linear congruence (Numerical Recipes): what matters is that it is the same each time.
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    const other = seed % (last + 1)
    const kept = places[last] ?? 0
    places[last] = places[other] ?? 0
    places[other] = kept
  }
  return places
}
