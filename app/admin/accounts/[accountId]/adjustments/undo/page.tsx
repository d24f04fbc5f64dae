import type { Metadata } from 'next'
import { z } from 'zod'
import { CorrectableList } from '@/components/adjustments/correctable-list'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { listCorrectable } from '@/lib/core/adjustments/list-correctable'
import { requireStaffAccount } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'Undo a posting' }

/** What the address says of another page is left aside. */
const query = z.object({
  before: z
    .string()
    .regex(/^[1-9]\d{0,17}$/)
    .transform(BigInt)
    .nullable()
    .catch(null),
})

type Props = Readonly<{
  params: Promise<{ accountId: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}>

export default async function UndoListPage({ params, searchParams }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const { before } = query.parse(await searchParams)
  const { postings, nextBefore } = await listCorrectable(ctx, { accountId: account.id, before })
  const path = `/admin/accounts/${String(account.id)}/adjustments/undo`
  return (
    <Page
      title="Undo a posting"
      lead="What came from Stripe is refunded there, and what was undone or has expired is final."
    >
      <Card id="postings" title={before === null ? 'Newest' : 'Older'}>
        <CorrectableList labelledBy="postings" path={path} postings={postings} />
        {nextBefore !== null && (
          <div className="border-t border-line px-5 py-3">
            <PageLink
              href={`${path}?before=${String(nextBefore)}`}
              className={buttonClass('secondary', 'small')}
            >
              Older
            </PageLink>
          </div>
        )}
      </Card>
    </Page>
  )
}
