import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ApprovalNeeded } from '@/components/adjustments/approval-needed'
import { EffectTable } from '@/components/adjustments/effect-table'
import { UndoForm } from '@/components/adjustments/undo-form'
import { Page } from '@/components/shell/page'
import { Alert } from '@/components/ui/alert'
import { Card } from '@/components/ui/card'
import { previewAdjustment } from '@/lib/core/adjustments/preview-adjustment'
import { requireStaffAccount } from '@/lib/http/require-staff'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { undo } from '../../actions'

export const metadata: Metadata = { title: 'Undo a posting' }

type Props = Readonly<{ params: Promise<{ accountId: string; postingId: string }> }>

export default async function UndoPage({ params }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const { postingId } = await params
  if (!/^[1-9]\d{0,17}$/.test(postingId)) notFound()
  const preview = await previewAdjustment(ctx, {
    accountId: account.id,
    terms: { kind: 'reversal', postingId: BigInt(postingId) },
  }).catch(refusedFor)
  return (
    <Page title="Undo a posting" lead={`A reversing posting is booked beside #${postingId}, which stays.`}>
      <Card id="effect" title="What this will do">
        {typeof preview === 'string' ? (
          <div className="p-5">
            <Alert tone="caution" title={preview} />
          </div>
        ) : (
          <>
            <div className="flex flex-col gap-4 p-5">
              <EffectTable label="Undone" preview={preview} />
              {preview.needsApproval && <ApprovalNeeded />}
            </div>
            <UndoForm
              accountId={String(account.id)}
              postingId={postingId}
              formId={newId('adj')}
              needsApproval={preview.needsApproval}
              undo={undo}
            />
          </>
        )}
      </Card>
    </Page>
  )
}

/** Why it cannot be undone, in words; a posting that there is not: 404. */
function refusedFor(error: unknown): string {
  if (!(error instanceof BillingError)) throw error
  if (error.code === 'not_found') notFound()
  if (error.code !== 'conflict' && error.code !== 'forbidden') throw error
  return error.message
}
