'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { AcceptState } from '@/components/reconciliation/accept-difference'
import type { AskState } from '@/components/reconciliation/ask-form'
import { acceptDifference } from '@/lib/core/reconciliation/accept-difference'
import { askReconciliation } from '@/lib/core/reconciliation/ask-reconciliation'
import { formFields, staffAction } from '@/lib/http/action'

const PAGE = '/admin/reconciliation'
const HOURS_MAX = 24 * 40

const submitAsk = staffAction({
  scope: 'staff:write',
  input: z.object({ hours: z.coerce.number().int().min(1).max(HOURS_MAX) }),
  handler: async (ctx, input): Promise<AskState> => {
    await askReconciliation(ctx, input)
    revalidatePath(PAGE)
    return { asked: true, message: null }
  },
  refused: ({ message }): AskState => ({ asked: false, message }),
})

const submitAcceptance = staffAction({
  scope: 'staff:write',
  input: z.object({
    id: z
      .string()
      .regex(/^[1-9]\d{0,17}$/)
      .transform(BigInt),
    note: z.string().trim().min(10, 'Say it in at least ten characters.').max(500),
  }),
  handler: async (ctx, input): Promise<AcceptState> => {
    await acceptDifference(ctx, input)
    revalidatePath(PAGE)
    return { message: null, noteErrors: [], note: '' }
  },
  refused: (refusal, raw): AcceptState => {
    const noteErrors = refusal.fields?.fieldErrors['note'] ?? []
    return {
      message: noteErrors.length > 0 ? null : refusal.message,
      noteErrors,
      note: z.object({ note: z.string() }).safeParse(raw).data?.note ?? '',
    }
  },
})

export async function ask(_state: AskState, form: FormData): Promise<AskState> {
  return submitAsk(formFields(form))
}

export async function accept(_state: AcceptState, form: FormData): Promise<AcceptState> {
  return submitAcceptance(formFields(form))
}
