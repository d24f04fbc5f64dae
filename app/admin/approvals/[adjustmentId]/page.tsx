import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { AdjustmentRow } from '@/components/adjustments/adjustment-row'
import { DecideForm } from '@/components/adjustments/decide-form'
import { EffectTable } from '@/components/adjustments/effect-table'
import { Page } from '@/components/shell/page'
import { Alert } from '@/components/ui/alert'
import { Card } from '@/components/ui/card'
import type { AdjustmentTerms } from '@/lib/core/adjustments/adjustment'
import { refuseAdjustment } from '@/lib/core/adjustments/adjustment-answer'
import { getAdjustment } from '@/lib/core/adjustments/get-adjustment'
import { previewAdjustment, type AdjustmentPreview } from '@/lib/core/adjustments/preview-adjustment'
import type { Adjustment } from '@/lib/core/adjustments/read-adjustment'
import type { Context } from '@/lib/core/context'
import { requireStaffUser } from '@/lib/http/require-staff'
import { BillingError } from '@/lib/kit/errors'
import { decide } from '../actions'

export const metadata: Metadata = { title: 'Approval' }

type Props = Readonly<{ params: Promise<{ adjustmentId: string }> }>

export default async function ApprovalPage({ params }: Props) {
  const { ctx } = await requireStaffUser()
  const adjustment = await getAdjustment(ctx, (await params).adjustmentId)
  if (adjustment === null) notFound()
  const preview = await previewNow(ctx, adjustment)
  return (
    <Page title="Approval" lead="Books nothing until someone other than who asked approves it.">
      <div className="flex flex-col gap-5">
        <Card id="asked" title="Asked for">
          <ul aria-labelledby="asked">
            <AdjustmentRow adjustment={adjustment} withAccount />
          </ul>
        </Card>
        {preview !== null && (
          <Card id="effect" title="What this would do now">
            <Effect preview={preview} isGrant={adjustment.deed.kind === 'grant'} />
            <DecideForm id={adjustment.id} choice={choiceOf(adjustment, preview)} decide={decide} />
          </Card>
        )}
      </div>
    </Page>
  )
}

function Effect({ preview, isGrant }: Readonly<{ preview: AdjustmentPreview | string; isGrant: boolean }>) {
  return (
    <div className="p-5">
      {typeof preview === 'string' ? (
        <Alert tone="caution" title={preview} />
      ) : (
        <EffectTable label={isGrant ? 'Granted' : 'Undone'} preview={preview} />
      )}
    </div>
  )
}

/** What it would do now, or why it cannot be made; null where it is decided. */
async function previewNow(ctx: Context, adjustment: Adjustment): Promise<AdjustmentPreview | string | null> {
  const { accountId, state, isRequesterBarred } = adjustment
  if (state !== 'pending') return null
  if (isRequesterBarred) return refuseAdjustment('requester_barred').message
  return previewAdjustment(ctx, { accountId, terms: termsOf(adjustment) }).catch(refusedFor)
}

/** What is refused now may still be approved once it can be made: until then it can be declined. */
function choiceOf({ isOwn }: Adjustment, preview: AdjustmentPreview | string) {
  if (isOwn) return 'withdraw'
  return typeof preview === 'string' ? 'decline' : 'decide'
}

function termsOf({ deed, amount }: Adjustment): AdjustmentTerms {
  return deed.kind === 'grant' ? { ...deed, amount } : { kind: 'reversal', postingId: deed.postingId }
}

/** Why it could not be made now, in words. */
function refusedFor(error: unknown): string {
  if (!(error instanceof BillingError) || !['conflict', 'forbidden', 'not_found'].includes(error.code)) {
    throw error
  }
  return error.message
}
