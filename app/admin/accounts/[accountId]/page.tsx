import type { Metadata } from 'next'
import { Page } from '@/components/shell/page'
import { LocalTime } from '@/components/time/local-time'
import { Card } from '@/components/ui/card'
import { Row, RowList } from '@/components/ui/row-list'
import { requireStaffAccount } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'Overview' }

type Props = Readonly<{ params: Promise<{ accountId: string }> }>

export default async function AccountPage({ params }: Props) {
  const { account } = await requireStaffAccount(params)
  return (
    <Page title="Overview">
      <Card id="account" title="Account">
        <RowList labelledBy="account">
          <Row title="Opened">
            <LocalTime at={account.createdAt.toISOString()} />
          </Row>
        </RowList>
      </Card>
    </Page>
  )
}
