import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'

/** Closes an open session for good; a payment that was begun in it is cancelled. */
export async function expireSession(
  unit: Unit,
  session: Body<'checkout.session'>,
): Promise<Body<'checkout.session'>> {
  if (typeof session.payment_intent === 'string') {
    const intent = await unit.row('payment_intent', session.payment_intent)
    if (intent !== null) {
      const canceled = unit.save('payment_intent', {
        ...intent.body,
        canceled_at: unit.now,
        cancellation_reason: 'abandoned',
        next_action: null,
        status: 'canceled',
      })
      unit.emit('payment_intent.canceled', canceled)
    }
  }
  if (typeof session.setup_intent === 'string') {
    const setup = await unit.row('setup_intent', session.setup_intent)
    if (setup !== null) {
      const canceled = unit.save('setup_intent', {
        ...setup.body,
        cancellation_reason: 'abandoned',
        next_action: null,
        status: 'canceled',
      })
      unit.emit('setup_intent.canceled', canceled)
    }
  }
  const expired = unit.save('checkout.session', { ...session, status: 'expired', url: null }, { due: null })
  unit.emit('checkout.session.expired', expired)
  return expired
}
