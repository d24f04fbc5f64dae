'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { Draft, SaveAnswer } from '@/components/auto-top-up/views'
import { updateAutoTopUp, type UpdatedAutoTopUp } from '@/lib/core/auto-top-ups/update-auto-top-up'
import { action } from '@/lib/http/action'
import type { Money } from '@/lib/kit/money'
import { readDollars } from '@/lib/kit/read-dollars'

/** Longer than any amount that is read. */
const TYPED_MAX = 40

const typed = z.string().max(TYPED_MAX)
const dollars = typed.transform((text, check): Money => {
  const money = readDollars(text)
  if (money !== null) return money
  check.addIssue({ code: 'custom', message: 'Write an amount in dollars, like 25.00.' })
  return z.NEVER
})

const terms = {
  enabled: z.boolean(),
  threshold: dollars,
  amount: dollars,
  monthlyCap: typed.trim().pipe(z.union([z.literal('').transform(() => null), dollars])),
  paymentMethodId: z
    .string()
    .max(300)
    .transform((id) => (id === '' ? null : id)),
}

const schedule = {
  scheduledAmount: dollars,
  dayOfMonth: z
    .string()
    .regex(/^\d{1,2}$/, 'Choose a day.')
    .transform(Number),
}

const submitSettings = action({
  scope: 'billing:write',
  action: 'change-auto-top-up',
  input: z.discriminatedUnion('scheduledEnabled', [
    z.object({ ...terms, ...schedule, scheduledEnabled: z.literal(true) }),
    // Without a schedule nobody sees what it says: it stays as it is stored.
    z.object({ ...terms, scheduledEnabled: z.literal(false) }),
  ]),
  handler: async (ctx, settings): Promise<SaveAnswer> => {
    const { topUp } = await updateAutoTopUp(ctx, settings)
    revalidatePath('/settings/auto-top-up')
    return { kind: 'saved', topUp: toldOf(topUp) }
  },
  refused: ({ code, message, fields }): SaveAnswer => {
    const isMethod = code === 'payment_method_not_found' || code === 'payment_method_missing'
    const isAway = code === 'payment_provider_unavailable'
    return {
      kind: 'refused',
      message: isAway ? 'Stripe does not answer. Try again in a minute.' : message,
      fieldErrors: isMethod
        ? { paymentMethodId: ['Save a card under Payment methods first, or choose another.'] }
        : (fields?.fieldErrors ?? {}),
    }
  },
})

/** Saves what the form says; where the balance is below the threshold by then, it is topped up at once. */
export async function saveSettings(draft: Draft): Promise<SaveAnswer> {
  return submitSettings(draft)
}

function toldOf(topUp: UpdatedAutoTopUp['topUp']): Extract<SaveAnswer, { kind: 'saved' }>['topUp'] {
  if (topUp === null) return null
  if (topUp.state === 'succeeded') return 'charged'
  return topUp.state === 'failed' ? 'failed' : 'begun'
}
