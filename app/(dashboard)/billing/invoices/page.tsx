import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Suspense } from 'react'
import { StripeUnavailable } from '@/components/billing/stripe-unavailable'
import { InvoiceList } from '@/components/invoices/invoice-list'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { RowsSkeleton } from '@/components/ui/card-skeleton'
import type { Context } from '@/lib/core/context'
import { listInvoices } from '@/lib/core/invoices/list-invoices'
import { requireUser } from '@/lib/http/require-user'
import { BillingError } from '@/lib/kit/errors'
import { askStripe } from '../ask-stripe'

export const metadata: Metadata = { title: 'Invoices' }

type Props = Readonly<{ searchParams: Promise<Record<string, string | string[] | undefined>> }>

/** All of it is Stripe's; `cursor` in the address is the last invoice of the page before. */
export default async function InvoicesPage({ searchParams }: Props) {
  const { ctx } = await requireUser()
  const { cursor = null } = await searchParams
  if (Array.isArray(cursor)) notFound()
  return (
    <Page title="Invoices" lead="What was billed through Stripe: credits and the subscription.">
      <Card id="invoices" title={cursor === null ? 'Newest first' : 'Older invoices'}>
        <Suspense key={cursor} fallback={<Loading />}>
          <LiveInvoices ctx={ctx} cursor={cursor} />
        </Suspense>
      </Card>
    </Page>
  )
}

function Loading() {
  return (
    <div className="min-h-96">
      <p role="status" className="sr-only">
        Loading invoices
      </p>
      <RowsSkeleton rows={6} />
    </div>
  )
}

async function LiveInvoices({ ctx, cursor }: Readonly<{ ctx: Context; cursor: string | null }>) {
  const answer = await askStripe(findInvoices(ctx, cursor))
  if ('why' in answer) return <StripeUnavailable what="Invoices" why={answer.why} />
  const { invoices, nextCursor } = answer.value
  return (
    <>
      <InvoiceList invoices={invoices} fromNewest={cursor === null} />
      {(cursor !== null || nextCursor !== null) && (
        <nav aria-label="Pages of invoices" className="flex gap-2 border-t border-line px-5 py-3">
          {cursor !== null && (
            <PageLink href="/billing/invoices" className={buttonClass('secondary', 'small')}>
              Newest
            </PageLink>
          )}
          {nextCursor !== null && (
            <PageLink
              href={`/billing/invoices?cursor=${encodeURIComponent(nextCursor)}`}
              className={buttonClass('secondary', 'small')}
            >
              Older
            </PageLink>
          )}
        </nav>
      )}
    </>
  )
}

/** A cursor that is no invoice of the account is an address of nothing. */
async function findInvoices(ctx: Context, cursor: string | null) {
  try {
    return await listInvoices(ctx, { cursor })
  } catch (error) {
    if (error instanceof BillingError && error.code === 'invalid_input') notFound()
    throw error
  }
}
