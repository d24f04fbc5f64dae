import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Amount } from '@/components/money/amount'
import { RefundForm } from '@/components/payments/refund-form'
import { RequestList } from '@/components/payments/request-list'
import { ReturnList } from '@/components/payments/return-list'
import { Page } from '@/components/shell/page'
import { LocalTime } from '@/components/time/local-time'
import { Alert } from '@/components/ui/alert'
import { Card } from '@/components/ui/card'
import { getPayment, type StaffPayment } from '@/lib/core/refunds/get-payment'
import { requireStaffAccount } from '@/lib/http/require-staff'
import { newId } from '@/lib/kit/ids'
import { typedDollars } from '@/lib/kit/read-dollars'
import { dismiss, refund } from '../actions'

export const metadata: Metadata = { title: 'Payment' }

type Props = Readonly<{ params: Promise<{ accountId: string; invoiceId: string }> }>

export default async function PaymentPage({ params }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const { invoiceId } = await params
  const payment = await getPayment(ctx, { accountId: account.id, invoiceId })
  if (payment === null) notFound()
  const accountId = String(account.id)
  return (
    <Page title="Payment" lead={<Lead {...payment} />}>
      <div className="flex flex-col gap-5">
        <Card id="returns" title="What takes it back">
          <ReturnList labelledBy="returns" returns={payment.returns} {...{ accountId, dismiss }} />
        </Card>
        {payment.requests.length > 0 && (
          <Card id="requests" title="Refunds asked for here">
            <RequestList labelledBy="requests" requests={payment.requests} />
          </Card>
        )}
        <Card id="refund" title="Refund">
          {payment.refundable === null || payment.refundable.micros === 0n ? (
            <div className="p-5">
              <NothingToRefund isDisputed={payment.refundable === null} />
            </div>
          ) : (
            <RefundForm
              {...{ accountId, invoiceId, refund }}
              formId={newId('rfd')}
              amountMax={typedDollars(payment.refundable)}
              path={`/admin/accounts/${accountId}/payments`}
            />
          )}
        </Card>
      </div>
    </Page>
  )
}

function Lead({ invoiceId, paid, granted, occurredAt }: StaffPayment) {
  return (
    <>
      <Amount money={paid} />, paid <LocalTime at={occurredAt.toISOString()} /> by {invoiceId}
      {granted.micros !== paid.micros && (
        <>
          {' for '}
          <Amount money={granted} /> of credit
        </>
      )}
      .
    </>
  )
}

function NothingToRefund({ isDisputed }: Readonly<{ isDisputed: boolean }>) {
  return isDisputed ? (
    <Alert tone="note" title="The bank decides about this payment">
      While a payment is disputed, and after the bank has taken it back, Stripe refuses a refund.
    </Alert>
  ) : (
    <Alert tone="note" title="Nothing is left to refund" />
  )
}
