import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { Alert } from '@/components/ui/alert'
import { QUIET_LINK } from '@/components/ui/quiet-link'
import type { AutoTopUp } from '@/lib/core/auto-top-ups/auto-top-up'
import { failureInWords } from './failure-words'

/** Why nothing is charged although one might think so: it stopped, is paused, or waits. Nothing where all is well. */
export function AutoTopUpNotice(settings: AutoTopUp) {
  const notice = noticeOf(settings)
  return notice === null ? null : <div className="mb-5">{notice}</div>
}

function noticeOf({ enabled, stoppedReason, lastFailure, paused, inFlight, cooldownUntil }: AutoTopUp) {
  if (stoppedReason === 'payment_method_missing') {
    return (
      <Alert tone="danger" title="Automatic top-up switched itself off" action={<PaymentMethods />}>
        There is no payment method left that it could charge. Save a card, then switch it on again.
      </Alert>
    )
  }
  if (stoppedReason === 'charges_failed') {
    return (
      <Alert tone="danger" title="Automatic top-up switched itself off" action={<PaymentMethods />}>
        Three charges in a row failed. The last: {failureInWords(lastFailure)} Check the card, then switch it
        on again.
      </Alert>
    )
  }
  if (stoppedReason === 'payment_disputed' || stoppedReason === 'fraud_warning') {
    return (
      <Alert tone="danger" title="Automatic top-up switched itself off">
        {stoppedReason === 'payment_disputed'
          ? 'A payment is disputed with the bank. Once that has ended you can switch it on again.'
          : 'A bank reported a payment as possible fraud. Once that is cleared up you can switch it on again.'}
      </Alert>
    )
  }
  if (!enabled) return null
  if (paused) {
    return (
      <Alert tone="note" title="Paused while the subscription is active">
        The subscription covers your numbers, so nothing is drawn from the balance and nothing is topped up.
      </Alert>
    )
  }
  if (inFlight) {
    return (
      <Alert tone="note" title="A charge is on its way">
        Until it is known what became of it, there is no other.
      </Alert>
    )
  }
  if (cooldownUntil !== null && lastFailure !== null) {
    return (
      <Alert tone="caution" title="The last charge failed">
        {failureInWords(lastFailure)} The next attempt is after <LocalTime at={cooldownUntil.toISOString()} />
        .
      </Alert>
    )
  }
  return null
}

function PaymentMethods() {
  return (
    <PageLink href="/billing/payment-methods" className={QUIET_LINK}>
      Payment methods
    </PageLink>
  )
}
