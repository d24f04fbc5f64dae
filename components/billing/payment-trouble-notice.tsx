import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Alert } from '@/components/ui/alert'
import type { FrozenPayment, OwedPayment, PaymentTrouble } from '@/lib/core/disputes/get-payment-trouble'

/** Said while a payment is disputed or reported, and while one that was taken back is owed. Nothing where all is well. */
export function PaymentTroubleNotice({ frozen, owed }: PaymentTrouble) {
  if (frozen.length === 0 && owed.length === 0) return null
  return (
    <div className="mb-5 flex flex-col gap-3">
      {frozen.map((payment) => (
        <Frozen key={payment.id} {...payment} />
      ))}
      {owed.map((payment) => (
        <Owed key={payment.id} {...payment} />
      ))}
    </div>
  )
}

function Frozen({ kind, amount, held, paidAt }: FrozenPayment) {
  const isDispute = kind === 'dispute'
  return (
    <Alert
      tone="caution"
      title={
        <>
          A payment of <Amount money={amount} />{' '}
          {isDispute ? 'is disputed' : 'was reported as possible fraud'}
        </>
      }
    >
      {isDispute
        ? 'Whoever the card belongs to has asked their bank to take it back. It was paid '
        : 'The bank of the card reports it; nobody has taken it back. It was paid '}
      <LocalTime at={paidAt.toISOString()} detail="day" />. Until{' '}
      {isDispute ? 'the bank has decided' : 'that is cleared up'},{' '}
      {held.micros > 0n && (
        <>
          <Amount money={held} className="font-medium text-ink" /> of its credit is frozen and not part of the
          balance, and{' '}
        </>
      )}
      nothing is charged by itself.
    </Alert>
  )
}

function Owed({ kind, left, paidAt }: OwedPayment) {
  return (
    <Alert
      tone="danger"
      title={
        <>
          <Amount money={left} /> is owed for a payment that was{' '}
          {kind === 'dispute' ? 'taken back' : 'refunded'}
        </>
      }
    >
      {kind === 'dispute' ? 'The bank has taken back what was paid ' : 'What was paid '}
      <LocalTime at={paidAt.toISOString()} detail="day" />
      {kind === 'dispute' ? ', and part of its credit' : ' was given back, and part of its credit'} had been
      used. What you pay next repays this first.
    </Alert>
  )
}
