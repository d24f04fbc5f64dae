'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { removePaymentMethod } from '@/lib/core/payment-methods/remove-payment-method'
import { setDefaultPaymentMethod } from '@/lib/core/payment-methods/set-default-payment-method'
import { settlePaymentMethods } from '@/lib/core/payment-methods/settle-payment-methods'
import { action } from '@/lib/http/action'
import type { Refusal } from '@/lib/http/dialect'

const paymentMethodId = z.string().max(300)

const submitRemoval = action({
  scope: 'billing:write',
  action: 'change-payment-methods',
  input: paymentMethodId,
  handler: async (ctx, id): Promise<string | null> => {
    await removePaymentMethod(ctx, { paymentMethodId: id })
    revalidatePath('/billing/payment-methods')
    return null
  },
  refused: toldOf,
})

const submitDefault = action({
  scope: 'billing:write',
  action: 'change-payment-methods',
  input: paymentMethodId,
  handler: async (ctx, id): Promise<string | null> => {
    await setDefaultPaymentMethod(ctx, { paymentMethodId: id })
    revalidatePath('/billing/payment-methods')
    return null
  },
  refused: toldOf,
})

const submitSettlement = action({
  scope: 'billing:write',
  action: 'read-provider',
  input: z.null(),
  handler: settlePaymentMethods,
  refused: () => undefined,
})

/** Null when the method is removed, else why not. */
export async function removeMethod(id: string): Promise<string | null> {
  return submitRemoval(id)
}

/** Null when the method is the default, else why not. */
export async function makeDefault(id: string): Promise<string | null> {
  return submitDefault(id)
}

/** Makes the first card the default, if the webhook has not done so. Where that fails, the webhook will. */
export async function settleMethods(): Promise<void> {
  return submitSettlement(null)
}

function toldOf({ code, message }: Refusal): string {
  if (code === 'not_found') return 'It is not saved any more. Reload the page to see what is.'
  if (code === 'payment_provider_unavailable') return 'Stripe does not answer. Try again in a minute.'
  return message
}
