'use server'

import { randomBytes } from 'node:crypto'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { readDollars } from '@/components/money/read-dollars'
import type { PurchaseState } from '@/components/purchase/views'
import { purchaseCredits } from '@/lib/core/purchases/purchase-credits'
import { action, formFields } from '@/lib/http/action'
import type { Refusal } from '@/lib/http/dialect'

const amount = z.string().transform((text, context) => {
  const money = readDollars(text)
  if (money === null) context.addIssue({ code: 'custom', message: 'Dollars and cents, as in 25 or 25.50.' })
  return money ?? z.NEVER
})

/** After these nobody knows whether it is paid, or it still runs: the same purchase is asked about again. */
const UNSETTLED: readonly Refusal['code'][] = [
  'payment_pending',
  'in_flight',
  'database_unavailable',
  'internal',
]

const submitPurchase = action({
  scope: 'billing:write',
  action: 'checkout',
  input: z.object({
    amount,
    paymentMethodId: z.string().max(255),
    key: z.string().regex(/^[0-9a-f]{32}$/),
  }),
  handler: async (ctx, { amount: wanted, paymentMethodId, key }): Promise<PurchaseState> => {
    const bought = await purchaseCredits(ctx, { amount: wanted, paymentMethodId, idempotencyKey: key })
    revalidatePath('/billing')
    return { kind: 'bought', amount: bought.amount, balance: bought.balance }
  },
  refused: (refusal): PurchaseState => {
    const { code, message, fields, details } = refusal
    if (code === 'authentication_required') {
      revalidatePath('/billing')
      const url = details?.['url']
      return { kind: 'confirm', url: typeof url === 'string' ? url : null }
    }
    if (UNSETTLED.includes(code)) return { kind: 'pending', message }
    const amountErrors = fields?.fieldErrors['amount'] ?? []
    const nextKey = randomBytes(16).toString('hex')
    return { kind: 'asking', message: amountErrors.length > 0 ? null : message, amountErrors, nextKey }
  },
})

/** Adds credits with a saved method; the form's key makes pressing twice one purchase. */
export async function buyCredits(_state: PurchaseState, form: FormData): Promise<PurchaseState> {
  return submitPurchase(formFields(form))
}
