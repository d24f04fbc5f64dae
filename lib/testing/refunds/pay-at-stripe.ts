import type Stripe from 'stripe'
import { invariant } from '@/lib/kit/assert'
import type { Container } from '@/lib/server/container'
import { drainPatiently, receive } from '@/lib/testing/inbox'
import type { LocalStripeControls } from '@/lib/testing/local-stripe'
import { openCustomer, startTopUp, type TopUp } from '@/lib/testing/top-up'

/** A top-up that was paid at Stripe, and the events by which the product hears of it and of what takes it back. */
export type PaidTopUp = TopUp &
  Readonly<{
    paymentId: string
    invoiceId: string
    /** As Stripe lists them now. */
    events(): Promise<readonly Stripe.Event[]>
    /** Has the product hear of all of them, and work them off. */
    hear(): Promise<void>
  }>

type Card = Readonly<{ cents?: number; number?: string }>

/** Pays a top-up of 25.00, of which the product has not heard yet. */
export async function payAtStripe(
  container: Container,
  stripe: LocalStripeControls,
  { cents = 2500, ...card }: Card = {},
): Promise<PaidTopUp> {
  const topUp = await startTopUp(container, await openCustomer(container))
  const paid = await stripe.pay(topUp.sessionId, { cents, ...card })
  invariant(paid.kind === 'complete', 'the payment goes through')
  const session = await stripe.client.checkout.sessions.retrieve(topUp.sessionId)
  const { payment_intent: paymentId, invoice: invoiceId } = session
  invariant(typeof paymentId === 'string' && typeof invoiceId === 'string', 'a paid session has both')
  const events = async () => {
    const all = await stripe.client.events.list({ limit: 100 }).autoPagingToArray({ limit: 400 })
    return all.filter((event) => isAbout(event, paymentId, invoiceId))
  }
  const hear = async () => {
    await receive(container, await events())
    await drainPatiently(container)
  }
  return { ...topUp, paymentId, invoiceId, events, hear }
}

function isAbout(event: Stripe.Event, paymentId: string, invoiceId: string): boolean {
  const object: object = event.data.object
  if (event.type === 'invoice.paid') return 'id' in object && object.id === invoiceId
  return (
    /^(refund|charge\.dispute|radar)\./.test(event.type) &&
    'payment_intent' in object &&
    object.payment_intent === paymentId
  )
}
