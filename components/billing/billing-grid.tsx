import type { ReactNode } from 'react'

type Props = Readonly<{
  balance: ReactNode
  /** Null for an account without one. */
  allowance?: ReactNode
  paymentMethods: ReactNode
  numbers: ReactNode
  deposits: ReactNode
  usage: ReactNode
}>

const COLUMN = 'contents lg:flex lg:min-w-0 lg:flex-col lg:gap-5'
const CELL = 'grid min-w-0 lg:order-none'

/**
 * Where each part of the billing page stands; the skeleton uses it too. Two columns, each as long as it is, or one on
 * a phone, where what comes late from Stripe stands last and moves nothing.
 */
export function BillingGrid({ balance, allowance = null, paymentMethods, numbers, deposits, usage }: Props) {
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)]">
      <div className={COLUMN}>
        <div className={CELL}>{balance}</div>
        {allowance !== null && <div className={CELL}>{allowance}</div>}
        <div className={CELL}>{numbers}</div>
        <div className={`order-2 ${CELL}`}>{usage}</div>
      </div>
      <div className={COLUMN}>
        <div className={`order-3 ${CELL}`}>{paymentMethods}</div>
        <div className={`order-1 ${CELL}`}>{deposits}</div>
      </div>
    </div>
  )
}
