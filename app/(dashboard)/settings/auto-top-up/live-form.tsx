import { AutoTopUpForm } from '@/components/auto-top-up/auto-top-up-form'
import type { AutoTopUpView } from '@/components/auto-top-up/views'
import { methodName } from '@/components/payment-methods/method-words'
import type { Context } from '@/lib/core/context'
import { listPaymentMethods } from '@/lib/core/payment-methods/list-payment-methods'
import type { SavedPaymentMethod } from '@/lib/core/ports/payment-provider'
import { askStripe } from '../../billing/ask-stripe'
import { paymentMethodView } from '../../billing/payment-method-view'
import { saveSettings } from './actions'

/** The form, once it is known what could be charged; where Stripe does not say, it does without. */
export async function LiveForm({ ctx, view }: Readonly<{ ctx: Context; view: AutoTopUpView }>) {
  const answer = await askStripe(listPaymentMethods(ctx))
  const methods = 'why' in answer ? null : choicesOf(answer.value, ctx)
  return <AutoTopUpForm view={view} methods={methods} save={saveSettings} />
}

function choicesOf(methods: readonly SavedPaymentMethod[], ctx: Context) {
  const named = methods.map((method) => ({
    id: method.id,
    isDefault: method.isDefault,
    name: methodName(paymentMethodView(method, ctx.now())),
  }))
  return {
    choices: named.map(({ id, name }) => ({ id, name })),
    defaultName: named.find(({ isDefault }) => isDefault)?.name ?? null,
  }
}
