'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { DismissState, RefundDraft, RefundOutcome, RefundState } from '@/components/payments/views'
import { adjustmentReasonSchema } from '@/lib/core/adjustments/adjustment'
import { dismissWarning } from '@/lib/core/disputes/dismiss-warning'
import { previewRefund, type RefundPreview } from '@/lib/core/refunds/preview-refund'
import { refundDeposit } from '@/lib/core/refunds/refund-deposit'
import { formFields, staffAction } from '@/lib/http/action'
import { readDollars } from '@/lib/kit/read-dollars'

const accountId = z
  .string()
  .regex(/^[1-9]\d{0,17}$/)
  .transform(BigInt)

const amount = z.string().transform((text, check) => {
  const money = readDollars(text)
  if (money !== null && money.micros > 0n) return money
  check.addIssue({ code: 'custom', message: 'An amount in dollars, as in 25 or 25.50.' })
  return z.NEVER
})

const submitRefund = staffAction({
  scope: 'staff:write',
  input: z.object({
    id: z.string().regex(/^rfd_[0-9A-HJKMNP-TV-Z]{26}$/),
    accountId,
    invoiceId: z.string().max(255),
    step: z.enum(['preview', 'make']),
    amount,
    reason: adjustmentReasonSchema,
  }),
  handler: async (ctx, { id, step, invoiceId, reason, ...asked }): Promise<RefundOutcome> => {
    const deposit = { ...asked, depositReference: invoiceId }
    if (step === 'preview') return previewed(await previewRefund(ctx, deposit))
    const result = await refundDeposit(ctx, { ...deposit, reason, idempotencyKey: id })
    revalidatePath('/admin', 'layout')
    if (result.state === 'pending') return { kind: 'pending' }
    return { kind: 'ended', failureCode: result.state === 'failed' ? result.failureCode : null }
  },
  refused: (refusal): RefundOutcome => {
    const errors = refusal.fields?.fieldErrors ?? {}
    return { kind: 'asking', errors, message: Object.keys(errors).length > 0 ? null : refusal.message }
  },
})

function previewed(preview: RefundPreview): RefundOutcome {
  switch (preview.obstacle) {
    case 'disputed':
      return {
        kind: 'asking',
        errors: {},
        message: 'The payment is disputed by now: the bank decides about it.',
      }
    case 'too_much':
      return { kind: 'asking', errors: { amount: ['That is more than is left to refund.'] }, message: null }
    case null:
      return { kind: 'previewed', preview }
  }
}

const submitDismissal = staffAction({
  scope: 'staff:write',
  input: z.object({ accountId, warningId: z.string().max(255), reason: adjustmentReasonSchema }),
  handler: async (ctx, dismissal): Promise<DismissState> => {
    await dismissWarning(ctx, dismissal)
    revalidatePath('/admin', 'layout')
    return { reason: '', reasonErrors: [], message: null }
  },
  refused: (refusal, raw): DismissState => {
    const reasonErrors = refusal.fields?.fieldErrors['reason'] ?? []
    const reason = z.object({ reason: z.string() }).safeParse(raw).data?.reason ?? ''
    return { reason, reasonErrors, message: reasonErrors.length > 0 ? null : refusal.message }
  },
})

const draft = z.object({ amount: z.string().catch(''), reason: z.string().catch('') })

/** Previews the refund, or has Stripe make it, as the form's step says. */
export async function refund(_state: RefundState, form: FormData): Promise<RefundState> {
  const fields = formFields(form)
  const typed: RefundDraft = draft.parse(fields)
  return { ...(await submitRefund(fields)), draft: typed }
}

export async function dismiss(_state: DismissState, form: FormData): Promise<DismissState> {
  return submitDismissal(formFields(form))
}
