import type { ReactNode } from 'react'

type Props = Readonly<{
  balance: ReactNode
  paymentMethods: ReactNode
  numbers: ReactNode
  deposits: ReactNode
  usage: ReactNode
}>

/** Where each part of the billing page stands: the skeleton uses it too, so that nothing moves when they come. */
export function BillingGrid({ balance, paymentMethods, numbers, deposits, usage }: Props) {
  return (
    <div className="grid gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)]">
      {balance}
      <div className="order-last grid min-w-0 lg:order-none">{paymentMethods}</div>
      {numbers}
      {deposits}
      <div className="min-w-0 lg:col-span-2">{usage}</div>
    </div>
  )
}
