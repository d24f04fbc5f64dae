import { expect } from 'vitest'
import { getBalance } from '@/lib/core/ledger/get-balance'
import type { Database } from '@/lib/db/client'
import { invariant } from '@/lib/kit/assert'
import type { Draw } from './arbitrary-rounds'
import { callBooks, type Answer } from './call-books'
import { inputOf } from './deeds'
import { drawCalls, type Call } from './draw-deeds'
import { LedgerModel } from './model'
import { referenceOf } from './model-decisions'
import { CHART, type Posting } from './model-types'
import { readAccounts, readPostings, type BookedPosting } from './read-books'

const START = Date.UTC(2026, 0, 5)
const BETWEEN_ROUNDS = 10 * 3_600_000

/**
 * Runs a sequence on an account with open, empty books and compares all that the database answered and holds with the
 * model. The order of the postings' ids is the order in which the account's lock let them through; every posting must
 * be what the model does in that order, and every other answer must be right in some state its round went through.
 */
export async function runSequence(
  db: Database,
  accountId: bigint,
  rounds: readonly (readonly Draw[])[],
): Promise<void> {
  let model = new LedgerModel()
  let lastId = 0n
  for (const [index, draws] of rounds.entries()) {
    const now = START + index * BETWEEN_ROUNDS
    const calls = draws.flatMap((draw, i) => drawCalls(model, draw, `r${index}.${i}`, now))
    const answers = (
      await Promise.all(interleave(calls).map((call) => callBooks(db, accountId, call)))
    ).flat()
    const booked = await readPostings(db.sql, accountId, lastId)
    const states = replayRound(model, booked, answers, calls)
    for (const answer of answers) expectExplained(answer, states, calls)
    model = states.at(-1) ?? model
    lastId = booked.at(-1)?.id ?? lastId
    await expectSameBalance(db, accountId, model, now)
  }
  await expectSameAccounts(db, accountId, model)
}

/** Copies apart from each other, so that different deeds meet. */
function interleave(calls: readonly Call[]): Call[] {
  return [...calls.filter((_, i) => i % 2 === 0), ...calls.filter((_, i) => i % 2 === 1)]
}

/** Every state of the round, from the one it began in; fails where a posting is not what the model does next. */
function replayRound(
  before: LedgerModel,
  booked: readonly BookedPosting[],
  answers: readonly Answer[],
  calls: readonly Call[],
): LedgerModel[] {
  const states = [before]
  for (const row of booked) {
    const state = (states.at(-1) ?? before).clone()
    if (row.code === 'expiry') bookExpiry(state, row, calls)
    else bookAnswered(state, row, answers)
    states.push(state)
  }
  return states
}

function bookExpiry(state: LedgerModel, row: BookedPosting, calls: readonly Call[]): void {
  const latest = Math.max(...calls.map((call) => (call.kind === 'deed' ? call.deed.now : call.now)))
  const grant = state.due(latest)[0]
  const earliest = state
    .due(latest)
    .reduce(
      (first, one) => ((one.expiresAt ?? 0) < (first.expiresAt ?? 0) ? one : first),
      grant ?? fail('nothing is due'),
    )
  invariant(earliest.expiresAt !== null, 'a due grant expires')
  const micros = state.of(earliest.id)
  const decision: Posting = {
    status: 'posted',
    code: 'expiry',
    total: micros,
    balance: state.grants.reduce(
      (sum, one) => sum + (one.id === earliest.id ? 0n : state.of(one.id)),
      state.of(CHART.overdraft),
    ),
    legs: [{ from: earliest.id, to: CHART.expired, micros }],
    answer: {},
    targetId: earliest.id,
    grant: null,
    clawed: [],
  }
  expectSamePosting(row, decision)
  const moved = Date.parse(row.occurred_at) - earliest.expiresAt
  expect(moved >= 0 && moved < 1000, 'a grant expires at its instant').toBe(true)
  state.book('expiry', row.reference, decision, row.id, row.occurred_at, row.occurred_at)
}

function bookAnswered(state: LedgerModel, row: BookedPosting, answers: readonly Answer[]): void {
  const posted = answers.filter((one) => one.outcome.status === 'posted' && one.outcome.postingId === row.id)
  expect(posted.length, `one call posted ${row.reference}`).toBe(1)
  const deed = (posted[0] ?? fail('no answer')).deed
  expect(state.due(deed.now), 'what was due is expired before anything is posted').toEqual([])
  const moved = Date.parse(row.occurred_at) - deed.occurredAt
  expect(moved >= 0 && moved < 1000, 'a posting stands where it happened').toBe(true)
  const decision = state.decide(deed)
  if (decision.status !== 'posted') fail(`${row.reference} was posted, the model says ${decision.status}`)
  else {
    expectSamePosting(row, decision)
    state.book(inputOf(deed), row.reference, decision, row.id, row.occurred_at, microsecondsOf(deed.now))
  }
}

/** As the database writes a moment, so that the two compare as texts. */
function microsecondsOf(now: number): string {
  return new Date(now).toISOString().replace('Z', '000Z')
}

function expectSamePosting(row: BookedPosting, decision: Posting): void {
  expect({
    code: row.code,
    total: row.total,
    balance: row.balance,
    answer: row.answer,
    targetId: row.target_id,
    legs: row.legs.map((leg) => ({ from: BigInt(leg.from), to: BigInt(leg.to), micros: BigInt(leg.micros) })),
  }).toEqual({
    code: decision.code,
    total: decision.total,
    balance: decision.balance,
    answer: decision.answer,
    targetId: decision.targetId,
    legs: decision.legs.map((leg) => ({
      from: leg.from || row.id,
      to: leg.to || row.id,
      micros: leg.micros,
    })),
  })
}

/** An answer that wrote nothing must be right in some state of its round; a replay must carry what was posted. */
function expectExplained(
  { deed, outcome }: Answer,
  states: readonly LedgerModel[],
  calls: readonly Call[],
): void {
  if (outcome.status === 'busy') {
    expect(calls.length, 'an account is busy with another call').toBeGreaterThan(1)
    return
  }
  if (outcome.status === 'posted' || outcome.status === 'replayed') {
    const last = states.at(-1) ?? fail('a round has states')
    const posted = last.postings.get(referenceOf(last, deed))
    expect(
      {
        id: outcome.postingId,
        total: outcome.total.micros,
        balance: outcome.balance.micros,
        answer: outcome.answer,
      },
      'an answer is what was posted',
    ).toEqual({ id: posted?.id, total: posted?.total, balance: posted?.balance, answer: posted?.answer })
    if (outcome.status === 'posted') return
  }
  const explained = states.some((state) => state.decide(deed).status === outcome.status)
  expect(explained, `${outcome.status} is right for ${inputOf(deed)} in some state of the round`).toBe(true)
}

async function expectSameBalance(
  db: Database,
  accountId: bigint,
  model: LedgerModel,
  now: number,
): Promise<void> {
  for (const at of [now, now + BETWEEN_ROUNDS, now + 10 * BETWEEN_ROUNDS]) {
    const read = await getBalance(db, accountId, new Date(at))
    expect(read?.balance.micros).toBe(model.total(at))
    expect(read?.belowZeroSince !== null).toBe(model.total(at) < 0n)
    if (model.belowZeroSince !== null) {
      expect(read?.belowZeroSince?.getTime()).toBe(Date.parse(model.belowZeroSince))
    }
  }
}

async function expectSameAccounts(db: Database, accountId: bigint, model: LedgerModel): Promise<void> {
  const clawed = new Map(model.grants.map((grant) => [grant.id, grant.clawed]))
  const ids = [...Object.values(CHART), ...model.grants.map((grant) => grant.id)]
  expect(await readAccounts(db.sql, accountId)).toEqual(
    ids.map((id) => ({
      id,
      balance: model.of(id),
      clawed: clawed.get(id) ?? null,
      below_zero_since: id === CHART.overdraft ? model.belowZeroSince : null,
    })),
  )
}

function fail(message: string): never {
  throw new Error(message)
}
