'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { DecideState } from '@/components/adjustments/views'
import { adjustmentIdSchema } from '@/lib/core/adjustments/adjustment'
import { decideAdjustment } from '@/lib/core/adjustments/decide-adjustment'
import { formFields, staffAction } from '@/lib/http/action'

const submitWord = staffAction({
  scope: 'staff:write',
  input: z.object({
    id: adjustmentIdSchema,
    word: z.enum(['approve', 'decline']),
    note: z
      .string()
      .trim()
      .max(500, 'Use at most 500 characters')
      .transform((text) => (text === '' ? null : text)),
  }),
  handler: async (ctx, { id, word, note }): Promise<DecideState> => {
    await decideAdjustment(ctx, { id, approves: word === 'approve', note })
    revalidatePath('/admin', 'layout')
    redirect('/admin/approvals')
  },
  refused: (refusal, raw): DecideState => {
    const noteErrors = refusal.fields?.fieldErrors['note'] ?? []
    const note = z.object({ note: z.string() }).safeParse(raw).data?.note ?? ''
    return { note, noteErrors, message: noteErrors.length > 0 ? null : refusal.message }
  },
})

/** Goes on to the list once it is decided. */
export async function decide(_state: DecideState, form: FormData): Promise<DecideState> {
  return submitWord(formFields(form))
}
