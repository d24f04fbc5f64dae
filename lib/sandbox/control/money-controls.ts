import { z } from 'zod'
import { escalateInquiry, loseDispute, winDispute } from '../disputes/close-dispute'
import { isClosed, isInquiry } from '../disputes/evidence'
import { openDispute } from '../disputes/open-dispute'
import { warnOfFraud } from '../disputes/warn-of-fraud'
import { failRefund, succeedRefund } from '../payments/settle-refund'
import { inOwnUnit, type Program } from '../program'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'

const PAYMENT = { payment: z.string() }
const WARNING = z.strictObject(PAYMENT)
const CLAIM = z.strictObject({
  ...PAYMENT,
  amountCents: z.number().int().positive().nullable().default(null),
  reason: z
    .enum(['fraudulent', 'product_not_received', 'duplicate', 'unrecognized', 'general'])
    .default('fraudulent'),
  kind: z.enum(['chargeback', 'inquiry']).default('chargeback'),
})

/** What was asked of a control route cannot be done to the object as it is. */
export class Impossible extends Error {}

type Control = (program: Program, body: unknown, id: string) => Promise<object>

const onDispute =
  (does: (unit: Unit, dispute: Body<'dispute'>) => Body<'dispute'> | Promise<Body<'dispute'>>): Control =>
  (program, _, id) =>
    inOwnUnit(program, async (unit) => {
      const row = await unit.row('dispute', id)
      if (row === null) throw new Impossible(`There is no dispute ${id}.`)
      if (isClosed(row.body)) throw new Impossible(`The dispute ${id} is ${row.body.status} already.`)
      return does(unit, row.body)
    })

const onRefund =
  (does: (unit: Unit, refund: Body<'refund'>) => Body<'refund'> | Promise<Body<'refund'>>): Control =>
  (program, _, id) =>
    inOwnUnit(program, async (unit) => {
      const row = await unit.row('refund', id)
      if (row === null) throw new Impossible(`There is no refund ${id}.`)
      return does(unit, row.body)
    })

/** What banks, customers and the dashboard do to payments, which no request of the API does. */
export const MONEY_CONTROLS: Readonly<Record<string, Control>> = {
  'POST disputes': (program, body) => {
    const { payment, amountCents, ...claim } = CLAIM.parse(body)
    return inOwnUnit(program, async (unit) => {
      const charge = await paidCharge(unit, payment)
      return (await openDispute(unit, charge, { ...claim, amount: amountCents ?? charge.amount })).dispute
    })
  },
  'POST disputes/:id/win': onDispute(winDispute),
  'POST disputes/:id/lose': onDispute(loseDispute),
  'POST disputes/:id/escalate': onDispute((unit, dispute) => {
    if (!isInquiry(dispute)) throw new Impossible(`The dispute ${dispute.id} is a chargeback already.`)
    return escalateInquiry(unit, dispute)
  }),
  'POST fraud-warnings': (program, body) =>
    inOwnUnit(program, async (unit) =>
      warnOfFraud(unit, await paidCharge(unit, WARNING.parse(body).payment)),
    ),
  'POST refunds/:id/succeed': onRefund((unit, refund) => {
    requireStatus(refund, ['pending'])
    return succeedRefund(unit, refund)
  }),
  'POST refunds/:id/fail': onRefund((unit, refund) => {
    requireStatus(refund, ['pending', 'succeeded'])
    return failRefund(unit, refund, { status: 'failed', reason: 'expired_or_canceled_card' })
  }),
  'POST refunds/:id/cancel': onRefund((unit, refund) => {
    requireStatus(refund, ['pending', 'succeeded'])
    return failRefund(unit, refund, { status: 'canceled', reason: 'merchant_request' })
  }),
}

function requireStatus(refund: Body<'refund'>, statuses: readonly string[]): void {
  if (refund.status === null || !statuses.includes(refund.status)) {
    throw new Impossible(`The refund ${refund.id} is ${refund.status}.`)
  }
}

/** The succeeded charge that is named itself, or by its payment intent. */
async function paidCharge(unit: Unit, id: string): Promise<Body<'charge'>> {
  const intent = id.startsWith('pi_') ? await unit.row('payment_intent', id) : null
  const latest = intent?.body.latest_charge
  const charge = await unit.row('charge', typeof latest === 'string' ? latest : id)
  if (charge?.body.status === 'succeeded') return charge.body
  throw new Impossible(`There is no paid charge ${id}.`)
}
