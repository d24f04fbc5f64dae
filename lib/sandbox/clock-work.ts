import { expireSession } from './checkout/expire-session'
import { advanceInvoice } from './invoices/advance-invoice'
import { settleDispute } from './disputes/close-dispute'
import { settleRefund } from './payments/settle-refund'
import { inOwnUnit, type Program } from './program'
import type { Unit } from './store/unit'
import { advanceSubscription } from './subscriptions/advance-subscription'

type Due = Readonly<{ id: string; kind: string; due: number; version: number }>

const working = new WeakMap<Program, Promise<void>>()

/** One after the other: two that advance the clock at once advance it by both. */
function inTurn(program: Program, work: () => Promise<void>): Promise<void> {
  const turn = (working.get(program) ?? Promise.resolve()).then(work)
  working.set(
    program,
    turn.catch(() => {}),
  )
  return turn
}

/** Carries out everything whose emulated time has come. */
export function settleDue(program: Program): Promise<void> {
  return inTurn(program, () => settleUntil(program, program.clock.nowSeconds()))
}

/** Moves the emulated time forward, stopping at each moment at which something comes due, in order. */
export function advanceClock(program: Program, seconds: number): Promise<void> {
  return inTurn(program, async () => {
    const target = program.clock.nowMilliseconds() + seconds * 1000
    await settleUntil(program, Math.floor(target / 1000))
    const rest = target - program.clock.nowMilliseconds()
    if (rest > 0) await program.clock.advance(rest / 1000)
  })
}

/**
 * Settles what is due up to that second, the earliest first, each at its own second: a year's renewals happen one
 * after the other, and each is dated as it would have been.
 */
async function settleUntil(program: Program, target: number): Promise<void> {
  const { sql, clock } = program
  for (;;) {
    const [next] = await sql<Due[]>`
      select id, kind, due::float8 as due, version from sandbox.objects
       where due <= ${target} order by due, seq limit 1`
    if (next === undefined) return
    await clock.moveTo(next.due)
    if (next.kind === 'test_helpers.test_clock') {
      await arrive(program, next.id)
      continue
    }
    await inOwnUnit(program, (unit) => settle(unit, next, program.baseUrl), next.due)
    // What had nothing to do then has nothing to wait for either.
    await sql`update sandbox.objects set due = null
               where id = ${next.id} and version = ${next.version} and due = ${next.due}`
  }
}

async function settle(unit: Unit, { kind, id }: Due, baseUrl: string): Promise<void> {
  if (kind === 'checkout.session') {
    const session = await unit.row('checkout.session', id)
    if (session?.body.status === 'open' && session.body.expires_at <= unit.now)
      await expireSession(unit, session.body)
  }
  if (kind === 'refund') {
    const refund = await unit.row('refund', id)
    if (refund !== null) await settleRefund(unit, refund.body)
  }
  if (kind === 'dispute') {
    const dispute = await unit.row('dispute', id)
    if (dispute !== null) await settleDispute(unit, dispute)
  }
  if (kind === 'invoice') {
    const invoice = await unit.row('invoice', id)
    if (invoice !== null) await advanceInvoice(unit, invoice, baseUrl)
  }
  if (kind === 'subscription') {
    const subscription = await unit.row('subscription', id)
    if (subscription !== null) await advanceSubscription(unit, subscription, baseUrl)
  }
}

/** The whole program moves to the clock's time, if that lies ahead; then the clock is ready. */
async function arrive(program: Program, id: string): Promise<void> {
  const target = await inOwnUnit(program, async (unit) => {
    const clock = await unit.row('test_helpers.test_clock', id)
    if (clock === null) return 0
    unit.save('test_helpers.test_clock', clock.body, { due: null })
    return clock.body.frozen_time
  })
  await settleUntil(program, target)
  await program.clock.moveTo(target)
  await inOwnUnit(program, async (unit) => {
    const clock = await unit.row('test_helpers.test_clock', id)
    if (clock === null || clock.deleted) return
    const ready = unit.save('test_helpers.test_clock', { ...clock.body, status: 'ready', status_details: {} })
    unit.emit('test_helpers.test_clock.ready', ready)
  })
  program.deliveries.hurry()
}
