'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { AlertState } from '@/components/notifications/alert-form'
import { ALERT_KINDS } from '@/lib/core/alerts/alert-kind'
import { updateAlertPreferences } from '@/lib/core/alerts/update-alert-preferences'
import { action, formFields } from '@/lib/http/action'
import { readDollars, typedDollars } from '@/lib/kit/read-dollars'

const threshold = z
  .string()
  .max(20, 'Give an amount like 25 or 25.00')
  .transform((text, context) => {
    if (text.trim() === '') return null
    const amount = readDollars(text)
    if (amount !== null) return amount
    context.addIssue('Give an amount like 25 or 25.00, or leave it empty')
    return z.NEVER
  })

/** A box that is not ticked is not sent. */
const ticked = z.literal('on').optional()

const submitPreferences = action({
  scope: 'billing:write',
  input: z.object({
    threshold,
    'low-balance': ticked,
    'failed-payment': ticked,
    'expiring-card': ticked,
    renewal: ticked,
    'staff-access': ticked,
  }),
  handler: async (ctx, { threshold: lowBalanceThreshold, ...boxes }): Promise<AlertState> => {
    const wanted = ALERT_KINDS.filter((kind) => boxes[kind] !== undefined)
    const muted = ALERT_KINDS.filter((kind) => boxes[kind] === undefined)
    await updateAlertPreferences(ctx, { lowBalanceThreshold, muted })
    revalidatePath('/settings/notifications')
    return {
      threshold: lowBalanceThreshold === null ? '' : typedDollars(lowBalanceThreshold),
      wanted,
      outcome: 'saved',
      message: null,
      thresholdErrors: [],
    }
  },
  refused: (refusal, raw): AlertState => {
    const sent = z.record(z.string(), z.unknown()).safeParse(raw).data ?? {}
    const thresholdErrors = refusal.fields?.fieldErrors['threshold'] ?? []
    return {
      threshold: z.string().safeParse(sent['threshold']).data ?? '',
      wanted: ALERT_KINDS.filter((kind) => kind in sent),
      outcome: 'refused',
      message: thresholdErrors.length > 0 ? null : refusal.message,
      thresholdErrors,
    }
  },
})

/** Keeps what the member wants to be told of; the answer is what the form shows then. */
export async function saveAlerts(_state: AlertState, form: FormData): Promise<AlertState> {
  return submitPreferences(formFields(form))
}
