import type { Metadata } from 'next'
import { z } from 'zod'
import { AccountList } from '@/components/console/account-list'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { listAccounts } from '@/lib/core/console/list-accounts'
import { requireStaffUser } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'Accounts' }

/** What the address says of another page is left aside. */
const query = z.object({
  before: z
    .string()
    .regex(/^[1-9]\d{0,17}$/)
    .transform(BigInt)
    .nullable()
    .catch(null),
})

type Props = Readonly<{ searchParams: Promise<Record<string, string | string[] | undefined>> }>

export default async function AccountsPage({ searchParams }: Props) {
  const { ctx } = await requireStaffUser()
  const { before } = query.parse(await searchParams)
  const { accounts, nextBefore } = await listAccounts(ctx, before)
  return (
    <Page title="Accounts">
      <Card id="accounts" title={before === null ? 'Newest' : 'Older'}>
        <AccountList labelledBy="accounts" accounts={accounts} />
        {nextBefore !== null && (
          <div className="border-t border-line px-5 py-3">
            <PageLink
              href={`/admin/accounts?before=${String(nextBefore)}`}
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
