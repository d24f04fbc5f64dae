import { expireSession } from './checkout/expire-session'
import { finalizeInvoice } from './invoices/finalize-invoice'
import { payInvoice } from './invoices/pay-invoice'
import { settleRefund } from './payments/refund-charge'
import { ApiError } from './http/api-error'
import { inOwnUnit, type Program } from './program'
import type { Unit } from './store/unit'

/** Carries out everything whose emulated time has come: sessions expire, drafts are finalized, test clocks arrive. */
export async function settleDue(program: Program): Promise<void> {
  for (;;) {
    const due = await program.sql<{ id: string; kind: string }[]>`
      select id, kind from sandbox.objects where due <= ${program.clock.nowSeconds()} order by due, seq limit 50`
    if (due.length === 0) return
    for (const { id, kind } of due) {
      if (kind === 'test_helpers.test_clock') await arrive(program, id)
      else await inOwnUnit(program, (unit) => settle(unit, kind, id, program.baseUrl))
    }
  }
}

async function settle(unit: Unit, kind: string, id: string, baseUrl: string): Promise<void> {
  if (kind === 'checkout.session') {
    const session = await unit.row('checkout.session', id)
    if (session?.body.status === 'open' && session.body.expires_at <= unit.now)
      await expireSession(unit, session.body)
  }
  if (kind === 'refund') {
    const refund = await unit.row('refund', id)
    if (refund !== null) await settleRefund(unit, refund.body)
  }
  if (kind === 'invoice') {
    const invoice = await unit.row('invoice', id)
    if (invoice === null || invoice.deleted || invoice.body.status !== 'draft') return
    const open = await finalizeInvoice(unit, invoice.body, baseUrl)
    if (open.status !== 'open' || open.collection_method !== 'charge_automatically') return
    await payInvoice(unit, open, { paymentMethod: null, offSession: true, baseUrl }).catch(
      (error: unknown) => {
        // A refused card leaves the invoice open, with the attempt recorded; a missing one leaves it untouched.
        if (!(error instanceof ApiError)) throw error
      },
    )
  }
}

/** The whole program moves to the clock's time, if that lies ahead; then everything due is settled. */
async function arrive(program: Program, id: string): Promise<void> {
  const target = await inOwnUnit(program, async (unit) => {
    const clock = await unit.row('test_helpers.test_clock', id)
    if (clock === null) return 0
    unit.save('test_helpers.test_clock', clock.body, { due: null })
    return clock.body.frozen_time
  })
  const ahead = target - program.clock.nowSeconds()
  if (ahead > 0) await program.clock.advance(ahead)
  await settleDue(program)
  await inOwnUnit(program, async (unit) => {
    const clock = await unit.row('test_helpers.test_clock', id)
    if (clock === null || clock.deleted) return
    const ready = unit.save('test_helpers.test_clock', { ...clock.body, status: 'ready', status_details: {} })
    unit.emit('test_helpers.test_clock.ready', ready)
  })
  program.deliveries.hurry()
}
