'use client'

import { useEffect, type ReactNode } from 'react'
import { PageLink } from '@/components/shell/page-link'
import { RefreshButton } from '@/components/shell/refresh-button'
import { moneyString } from '@/lib/kit/money-text'
import { Alert, type AlertTone } from '@/components/ui/alert'
import { buttonClass } from '@/components/ui/button'
import type { Money } from '@/lib/kit/money'
import { PaymentStatus } from './payment-status'
import { usePendingPayment, type PaymentActions } from './use-pending-payment'

export type Outcome = Readonly<{
  /** `unknown`: Stripe does not answer. `busy`: it was asked so often that it is not asked now. */
  state: 'open' | 'processing' | 'credited' | 'expired' | 'review' | 'unknown' | 'busy'
  paid: Money | null
}>

type Props = Readonly<{
  outcome: Outcome
  knownInvoices: readonly string[]
  payer: string
  actions: PaymentActions
}>

type Words = Readonly<{ tone: AlertTone; title: string; text: string; retry?: true }>

/** How a Checkout that left the page went. One that is still being booked is followed until it is on the balance. */
export function ReturnOutcome({ outcome, knownInvoices, payer, actions }: Props) {
  const { progress, paid } = usePendingPayment(payer, knownInvoices, actions)
  const isUnderWay = outcome.state === 'processing'

  useEffect(() => {
    if (isUnderWay) paid()
    // Followed once, from the state that the page came with.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])

  return (
    <div className="flex max-w-xl flex-col gap-5">
      {isUnderWay ? <PaymentStatus progress={progress} /> : <Told {...wordsOf(outcome)} />}
      <div>
        <PageLink href="/billing" className={buttonClass('primary')}>
          Back to billing
        </PageLink>
      </div>
    </div>
  )
}

function Told({ tone, title, text, retry }: Words): ReactNode {
  return (
    <Alert tone={tone} title={title} action={retry && <RefreshButton />}>
      {text}
    </Alert>
  )
}

const BOOKED_LATER =
  'What you paid, if you did, is booked as soon as Stripe confirms it. Please do not pay again meanwhile.'

function wordsOf({ state, paid }: Outcome): Words {
  const amount = paid === null ? 'Your payment' : moneyString(paid)
  switch (state) {
    case 'credited':
      return { tone: 'note', title: 'Payment received', text: `${amount} is on your balance.` }
    case 'processing':
      return { tone: 'note', title: 'Payment received', text: 'It will be on your balance shortly.' }
    case 'review':
      return {
        tone: 'caution',
        title: 'Payment received, not booked yet',
        text: 'Our staff look at it before it is on your balance. Please do not pay again.',
      }
    case 'open':
      return {
        tone: 'caution',
        title: 'The payment was not finished',
        text: 'Nothing was charged. You can start again from billing.',
      }
    case 'expired':
      return {
        tone: 'caution',
        title: 'This Checkout has expired',
        text: 'Nothing was charged. You can start a new one from billing.',
      }
    case 'unknown':
      return {
        tone: 'caution',
        title: 'Stripe does not answer',
        text: BOOKED_LATER,
        retry: true,
      }
    case 'busy':
      return {
        tone: 'caution',
        title: 'This page was loaded too often',
        text: `Stripe can be asked again in a moment. ${BOOKED_LATER}`,
        retry: true,
      }
  }
}
