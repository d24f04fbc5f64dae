'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { GrantDraft, GrantOutcome, GrantState, UndoState } from '@/components/adjustments/views'
import { readDollars } from '@/components/money/read-dollars'
import {
  adjustmentIdSchema,
  ADJUSTMENT_MAX,
  adjustmentReasonSchema,
  GRANT_CATEGORIES,
  lastDayEnds,
} from '@/lib/core/adjustments/adjustment'
import { previewAdjustment } from '@/lib/core/adjustments/preview-adjustment'
import { requestAdjustment } from '@/lib/core/adjustments/request-adjustment'
import { formFields, staffAction } from '@/lib/http/action'

const rowId = z
  .string()
  .regex(/^[1-9]\d{0,17}$/)
  .transform(BigInt)

const amount = z.string().transform((text, check) => {
  const money = readDollars(text)
  if (money !== null && money.micros > 0n && money.micros <= ADJUSTMENT_MAX.micros) return money
  check.addIssue({ code: 'custom', message: 'An amount in dollars, as in 25 or 25.50, up to 1,000,000.' })
  return z.NEVER
})

const submitGrant = staffAction({
  scope: 'staff:write',
  input: z.object({
    id: adjustmentIdSchema,
    accountId: rowId,
    step: z.enum(['preview', 'make']),
    amount,
    category: z.enum(GRANT_CATEGORIES),
    expiresOn: z.union([z.literal(''), z.iso.date('A day, or nothing.')]),
    reason: adjustmentReasonSchema,
  }),
  handler: async (ctx, { id, accountId, step, reason, ...asked }): Promise<GrantOutcome> => {
    const expiresAt = asked.expiresOn === '' ? null : lastDayEnds(asked.expiresOn)
    const terms = { kind: 'grant', amount: asked.amount, category: asked.category, expiresAt } as const
    if (step === 'preview') {
      return { kind: 'previewed', preview: await previewAdjustment(ctx, { accountId, terms }) }
    }
    const { state } = await requestAdjustment(ctx, { id, accountId, terms, reason })
    revalidatePath('/admin', 'layout')
    return { kind: state === 'made' ? 'made' : 'pending' }
  },
  refused: (refusal): GrantOutcome => {
    const errors = refusal.fields?.fieldErrors ?? {}
    return { kind: 'asking', errors, message: Object.keys(errors).length > 0 ? null : refusal.message }
  },
})

const submitUndo = staffAction({
  scope: 'staff:write',
  input: z.object({
    id: adjustmentIdSchema,
    accountId: rowId,
    postingId: rowId,
    reason: adjustmentReasonSchema,
  }),
  handler: async (ctx, { postingId, ...request }): Promise<UndoState> => {
    await requestAdjustment(ctx, { ...request, terms: { kind: 'reversal', postingId } })
    revalidatePath('/admin', 'layout')
    redirect(`/admin/accounts/${String(request.accountId)}/adjustments`)
  },
  refused: (refusal, raw): UndoState => {
    const reasonErrors = refusal.fields?.fieldErrors['reason'] ?? []
    const reason = z.object({ reason: z.string() }).safeParse(raw).data?.reason ?? ''
    return { reason, reasonErrors, message: reasonErrors.length > 0 ? null : refusal.message }
  },
})

const draft = z.object({
  amount: z.string().catch(''),
  category: z.string().catch(''),
  expiresOn: z.string().catch(''),
  reason: z.string().catch(''),
})

/** Previews the grant, or makes it, as the form's step says. */
export async function grant(_state: GrantState, form: FormData): Promise<GrantState> {
  const fields = formFields(form)
  const typed: GrantDraft = draft.parse(fields)
  return { ...(await submitGrant(fields)), draft: typed }
}

/** Goes on to the list of adjustments once it is asked for. */
export async function undo(_state: UndoState, form: FormData): Promise<UndoState> {
  return submitUndo(formFields(form))
}
