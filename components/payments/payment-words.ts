import type { BadgeTone } from '@/components/ui/badge'
import type { CardPayment, StoredReturn } from '@/lib/core/refunds/read-payments'

type Words = Readonly<{ text: string; tone: BadgeTone }>

const KINDS: Readonly<Record<StoredReturn['kind'], string>> = {
  refund: 'Refund',
  dispute: 'Dispute',
  warning: 'Early fraud warning',
}

export function kindWords({ kind, state }: StoredReturn): string {
  return state.startsWith('warning_') ? 'Inquiry' : KINDS[kind]
}

/** How a return stands, by what follows from it; where nothing does, by Stripe's word for why. */
export function returnState(found: StoredReturn): Words {
  switch (found.effect) {
    case 'claws':
      return found.kind === 'refund' ? { text: 'Refunded', tone: 'plain' } : { text: 'Lost', tone: 'danger' }
    case 'holds':
      return { text: found.kind === 'dispute' ? 'Open' : 'Warned', tone: 'caution' }
    case 'none':
      return {
        text: found.isDismissed ? 'Dismissed' : (STATES.get(found.state) ?? 'No effect'),
        tone: 'plain',
      }
  }
}

const STATES: ReadonlyMap<string, string> = new Map([
  ['failed', 'Failed'],
  ['canceled', 'Cancelled'],
  ['won', 'Won'],
  ['prevented', 'Prevented'],
  ['warning_needs_response', 'Inquired'],
  ['warning_under_review', 'Under review'],
  ['warning_closed', 'Closed'],
  ['not_actionable', 'Over'],
])

/** What stands beside a payment in a list: the gravest thing that happened to it. */
export function paymentState({ isReversed, returns, paid }: CardPayment): Words | null {
  const taking = returns.filter(({ effect }) => effect !== 'none')
  if (taking.some(({ kind, effect }) => kind === 'dispute' && effect === 'claws')) {
    return { text: 'Dispute lost', tone: 'danger' }
  }
  if (taking.some(({ kind }) => kind === 'dispute')) return { text: 'Disputed', tone: 'caution' }
  if (taking.some(({ kind }) => kind === 'warning')) return { text: 'Fraud warning', tone: 'caution' }
  if (isReversed) return { text: 'Undone', tone: 'plain' }
  const refunded = taking.reduce((sum, { amount }) => sum + amount.micros, 0n)
  if (refunded === 0n) return null
  return { text: refunded >= paid.micros ? 'Refunded' : 'Refunded in part', tone: 'plain' }
}

/** Why Stripe did not make a refund. */
export function refusalWords(code: string | null): string {
  return (
    REFUSALS.get(code ?? '') ??
    'Stripe refused it. Nothing was given back; look at the payment in Stripe for the reason.'
  )
}

const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['charge_disputed', 'The payment is disputed: the bank decides about it. Nothing was given back.'],
  ['charge_already_refunded', 'The payment was refunded in full before. Nothing more was given back.'],
  ['payment_missing', 'Stripe no longer knows the payment of this invoice.'],
  ['too_late', 'Stripe was not reached for a day. Nothing was given back; it can be asked for again.'],
])
