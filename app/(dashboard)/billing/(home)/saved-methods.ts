import { cache } from 'react'
import type { Context } from '@/lib/core/context'
import { listPaymentMethods } from '@/lib/core/payment-methods/list-payment-methods'
import { askStripe } from '../ask-stripe'
import { paymentMethodView } from '../payment-method-view'

/** Asked once for all parts of the page that show them. */
export const savedMethods = cache(async (ctx: Context) => {
  const answer = await askStripe(listPaymentMethods(ctx))
  return 'why' in answer
    ? answer
    : { value: answer.value.map((method) => paymentMethodView(method, ctx.now())) }
})
