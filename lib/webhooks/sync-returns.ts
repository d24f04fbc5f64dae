import { convergePayment } from '@/lib/core/refunds/converge-payment'
import type { Sync } from './handlers'
import { parseSubject } from './subject'

/** Refunds, disputes and warnings of one payment: all of them are read again, and the books follow. */
export const syncReturns: Sync = async (ctx, group) => {
  const { kind, id: paymentId } = parseSubject(group.subject)
  if (kind !== 'returns') return { state: 'quarantined', reason: 'payment_unknown', marked: false }
  const eventIds = group.events.map((event) => event.id)
  const applied = await convergePayment(ctx, { paymentId, eventIds })
  switch (applied.kind) {
    case 'applied':
    case 'nothing':
      return { state: 'done', marked: true }
    case 'parked':
      return { state: 'done', marked: false }
    case 'quarantined':
      return { state: 'quarantined', reason: applied.reason, marked: false }
  }
}
