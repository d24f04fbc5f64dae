import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Alert } from '@/components/ui/alert'
import { buttonClass } from '@/components/ui/button'
import type { OpenPurchase } from '@/lib/core/purchases/list-open-purchases'

type Props = Readonly<{
  purchases: readonly OpenPurchase[]
  /** Whether the reader may confirm what waits. */
  mayPay: boolean
}>

/** Payments that have no end yet: what waits for the customer, and what is still being settled. Nothing without any. */
export function OpenPurchasesNotice({ purchases, mayPay }: Props) {
  if (purchases.length === 0) return null
  return (
    <div className="mb-5 flex flex-col gap-3">
      {purchases.map((purchase) =>
        purchase.state === 'waiting' ? (
          <Alert
            key={purchase.id}
            tone="caution"
            title={
              <>
                A payment of <Amount money={purchase.amount} /> waits for confirmation
              </>
            }
            action={
              mayPay && (
                <a
                  href={`/billing/invoices/${encodeURIComponent(purchase.invoiceId)}`}
                  className={buttonClass('secondary', 'small')}
                >
                  Confirm
                </a>
              )
            }
          >
            The bank wants to know that it is you who pays
            {purchase.last4 !== null && ` with card ${purchase.last4}`}. Nothing is charged before; it is
            closed on <LocalTime at={purchase.expiresAt.toISOString()} />.
          </Alert>
        ) : (
          <Alert
            key={purchase.id}
            tone="note"
            title={
              <>
                A payment of <Amount money={purchase.amount} /> is being settled
              </>
            }
          >
            It is paid once or not at all, and shows here within a minute or so. Please do not pay again
            meanwhile.
          </Alert>
        ),
      )}
    </div>
  )
}
