import type { Metadata } from 'next'
import { Suspense } from 'react'
import { StripeUnavailable } from '@/components/billing/stripe-unavailable'
import { AddCard } from '@/components/payment-methods/add-card'
import { MethodManager } from '@/components/payment-methods/method-manager'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { RowsSkeleton } from '@/components/ui/card-skeleton'
import type { Context } from '@/lib/core/context'
import { listPaymentMethods } from '@/lib/core/payment-methods/list-payment-methods'
import { env } from '@/lib/env'
import { requireUser } from '@/lib/http/require-user'
import { askStripe } from '../ask-stripe'
import { paymentMethodView } from '../payment-method-view'
import { makeDefault, removeMethod, settleMethods } from './actions'

export const metadata: Metadata = { title: 'Payment methods' }

export default async function PaymentMethodsPage() {
  const { ctx } = await requireUser()
  const mayWrite = ctx.actor.kind === 'user' && ctx.actor.scopes.includes('billing:write')
  const { STRIPE_PUBLISHABLE_KEY, STRIPE_JS_URL } = env()
  return (
    <Page
      title="Payment methods"
      lead="Cards are kept by Stripe; we never see their numbers."
      action={
        mayWrite && (
          <AddCard
            stripe={{ publishableKey: STRIPE_PUBLISHABLE_KEY, scriptUrl: STRIPE_JS_URL ?? null }}
            settle={settleMethods}
          />
        )
      }
    >
      <Card id="payment-methods" title="Saved">
        <div className="flex min-h-60 flex-col">
          <Suspense fallback={<Loading />}>
            <LiveMethods ctx={ctx} mayWrite={mayWrite} />
          </Suspense>
        </div>
      </Card>
    </Page>
  )
}

function Loading() {
  return (
    <>
      <p role="status" className="sr-only">
        Loading payment methods
      </p>
      <RowsSkeleton rows={2} />
    </>
  )
}

async function LiveMethods({ ctx, mayWrite }: Readonly<{ ctx: Context; mayWrite: boolean }>) {
  const answer = await askStripe(listPaymentMethods(ctx))
  if ('why' in answer) return <StripeUnavailable what="Saved cards" why={answer.why} />
  return (
    <MethodManager
      methods={answer.value.map((method) => paymentMethodView(method, ctx.now()))}
      actions={mayWrite ? { makeDefault, removeMethod } : null}
    />
  )
}
