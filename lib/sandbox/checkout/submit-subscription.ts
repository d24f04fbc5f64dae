import { ApiError } from '../http/api-error'
import { finalizeInvoice } from '../invoices/finalize-invoice'
import { attemptInvoice } from '../invoices/pay-invoice'
import type { CheckoutOutcome } from '../page-port'
import { attach } from '../payments/make-payment-method'
import type { ConfirmOutcome } from '../payments/payment-intent'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { failedPayment } from '../subscriptions/collect-change'
import { billingMode } from '../subscriptions/make-subscription'
import { startSubscription, type Started } from '../subscriptions/start-subscription'
import { finishSession, type Completion } from './finish-session'

type Payer = Completion & Readonly<{ customer: Body<'customer'> }>

/** Subscribes: the subscription begins, and its first invoice is paid, or nothing of it stays. */
export async function submitSubscription(unit: Unit, completion: Payer): Promise<CheckoutOutcome> {
  const { session, submission, method, baseUrl } = completion
  const started = await start(unit, completion)
  if (started instanceof ApiError) {
    return { kind: 'invalid', field: 'promotionCode', message: started.message }
  }
  const open = await finalizeInvoice(unit, started.invoice, baseUrl)
  if (open.status !== 'paid') {
    const asked = session.hidden.subscription?.asked === true
    const attempt = await attemptInvoice(unit, open, {
      method,
      offSession: false,
      authentication: asked ? submission.authentication : 'none',
      baseUrl,
    })
    if (attempt.kind === 'refused') return refuse(unit, completion, open, attempt.outcome)
  }
  saveCard(unit, completion)
  return finishSession(unit, completion, {
    invoice: open.id,
    payment_status: open.amount_due === 0 ? 'no_payment_required' : 'paid',
    subscription: started.subscription.id,
  })
}

/** The subscription and its first invoice, or why its discount cannot be redeemed any more. */
async function start(unit: Unit, { session, method, customer }: Payer): Promise<Started | ApiError> {
  const wanted = session.hidden.subscription
  const discount = wanted?.discount ?? null
  try {
    return await startSubscription(unit, {
      customer,
      items: session.hidden.lineItems.flatMap((item) =>
        item.price === null ? [] : [{ price: item.price, quantity: item.quantity ?? 1, metadata: {} }],
      ),
      billingMode: billingMode(wanted?.prorationDiscounts, unit.now),
      defaultPaymentMethod: method.body.id,
      description: wanted?.description ?? null,
      discounts: discount === null ? [] : [discount],
      discountsParam: 'discounts',
      metadata: { ...wanted?.metadata },
      // Checkout takes what it showed, and that was without them.
      pending: 'none',
      savesMethod: false,
    })
  } catch (error) {
    if (discount !== null && error instanceof ApiError) return error
    throw error
  }
}

/** Only the attempt stays: its failed payment, or that the bank has asked. */
async function refuse(
  unit: Unit,
  { session, method, baseUrl }: Completion,
  open: Body<'invoice'>,
  outcome: Exclude<ConfirmOutcome, { kind: 'succeeded' }>,
): Promise<CheckoutOutcome> {
  unit.forget()
  const { hidden } = session
  if (outcome.kind === 'authentication_required') {
    keepHidden(unit, session, { ...hidden, ...asking(hidden, true) })
    return { kind: 'authentication_required' }
  }
  const customer = typeof session.body.customer === 'string' ? session.body.customer : null
  await failedPayment(unit, { ...open, customer }, { method, offSession: false, baseUrl })
  keepHidden(unit, session, { ...hidden, ...asking(hidden, false) })
  const { message, code, declineCode } = outcome.decline
  return { kind: 'declined', message, code, declineCode }
}

type Hidden = Completion['session']['hidden']

function asking({ subscription }: Hidden, asked: boolean): Pick<Hidden, 'subscription'> {
  return subscription === undefined ? {} : { subscription: { ...subscription, asked } }
}

function keepHidden(unit: Unit, session: Completion['session'], hidden: Hidden): void {
  unit.save('checkout.session', { ...session.body, id: session.id }, { hidden })
}

/** A subscription's card is kept for its renewals; it is shown again where that was ticked. */
function saveCard(unit: Unit, { session, submission, method, customer }: Payer): void {
  const { source } = submission
  if (source.kind === 'saved-card') {
    if (!method.hidden.setUp) {
      unit.save('payment_method', method.body, { hidden: { ...method.hidden, setUp: true } })
    }
    return
  }
  const offered = session.body.saved_payment_method_options?.payment_method_save === 'enabled'
  attach(unit, method, customer.id, {
    allowRedisplay: offered && source.save ? 'always' : 'limited',
    setUp: true,
  })
}
