import type { Metadata } from 'next'
import { GrantForm } from '@/components/adjustments/grant-form'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { requireStaffAccount } from '@/lib/http/require-staff'
import { newId } from '@/lib/kit/ids'
import { grant } from '../actions'

export const metadata: Metadata = { title: 'Grant credit' }

type Props = Readonly<{ params: Promise<{ accountId: string }> }>

export default async function GrantPage({ params }: Props) {
  const { account } = await requireStaffAccount(params)
  return (
    <Page title="Grant credit" lead="It repays what the balance is below zero first.">
      <Card id="grant" title="Grant">
        <GrantForm accountId={String(account.id)} formId={newId('adj')} grant={grant} />
      </Card>
    </Page>
  )
}
