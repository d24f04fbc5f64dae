import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ReturnOutcome, type Outcome } from '@/components/top-up/return-outcome'
import { Page } from '@/components/shell/page'
import type { Context } from '@/lib/core/context'
import { settleCheckout } from '@/lib/core/top-ups/settle-checkout'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { requireUser } from '@/lib/http/require-user'
import { BillingError } from '@/lib/kit/errors'
import { readWallet, settlePayments } from '../actions'

export const metadata: Metadata = { title: 'Payment' }

type Props = Readonly<{ searchParams: Promise<Record<string, string | string[] | undefined>> }>

/**
 * Where Checkout returns to when it left the page. The id in the address is no authority: the verb answers for the
 * account's own Checkouts only, and books by what Stripe says.
 */
export default async function ReturnPage({ searchParams }: Props) {
  const { ctx, person } = await requireUser()
  const { session_id: sessionId } = await searchParams
  if (typeof sessionId !== 'string') notFound()
  // Read before settling, so that a deposit booked meanwhile counts as new.
  const { deposits } = await getWallet(ctx)
  return (
    <Page title="Payment">
      <ReturnOutcome
        outcome={await outcomeOf(ctx, sessionId)}
        knownInvoices={deposits.flatMap((deposit) => deposit.invoiceId ?? [])}
        payer={person.id}
        actions={{ readWallet, settlePayments }}
      />
    </Page>
  )
}

async function outcomeOf(ctx: Context, sessionId: string): Promise<Outcome> {
  try {
    return await settleCheckout(ctx, sessionId)
  } catch (error) {
    if (!(error instanceof BillingError)) throw error
    if (error.code === 'not_found') notFound()
    if (error.code === 'payment_provider_unavailable') return { state: 'unknown', paid: null }
    if (error.code === 'rate_limited') return { state: 'busy', paid: null }
    throw error
  }
}
