import type { CheckoutOutcome } from '../page-port'
import { confirmSetup } from '../payments/setup-intent'
import type { Unit } from '../store/unit'
import { finishSession, type Completion } from './finish-session'

/** Saves a card for later without charging it. */
export async function submitSetup(unit: Unit, completion: Completion): Promise<CheckoutOutcome> {
  const { session, submission, method, customer } = completion
  const id = session.body.setup_intent
  const setup = typeof id === 'string' ? await unit.row('setup_intent', id) : null
  if (setup === null) throw new Error(`The session ${session.id} has no setup intent.`)
  const asked = setup.body.status === 'requires_action'
  const outcome = confirmSetup(
    unit,
    { ...setup.body, customer: customer?.id ?? null },
    method,
    asked ? submission.authentication : 'none',
  )
  if (outcome.kind === 'authentication_required') return { kind: 'authentication_required' }
  if (outcome.kind === 'succeeded') return finishSession(unit, completion, {})
  const { message, code, declineCode } = outcome.decline
  return { kind: 'declined', message, code, declineCode }
}
