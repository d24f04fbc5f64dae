import type { Metadata } from 'next'
import { z } from 'zod'
import { AccountList } from '@/components/console/account-list'
import { SearchBox } from '@/components/console/search-box'
import { SearchHits } from '@/components/console/search-hits'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { listAccounts } from '@/lib/core/console/list-accounts'
import { searchAccounts } from '@/lib/core/console/search-accounts'
import type { Context } from '@/lib/core/context'
import { requireStaffUser } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'Accounts' }

/** What an address says that no page of ours would is left aside. */
const query = z.object({
  // PostgreSQL has no text with a zero in it.
  q: z
    .string()
    .regex(/^[^\0]*$/)
    .trim()
    .max(200)
    .catch(''),
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
  const { q, before } = query.parse(await searchParams)
  return (
    <Page title="Accounts">
      <SearchBox text={q} />
      {q === '' ? <Newest ctx={ctx} before={before} /> : <Found ctx={ctx} text={q} />}
    </Page>
  )
}

async function Found({ ctx, text }: Readonly<{ ctx: Context; text: string }>) {
  return (
    <Card id="found" title="Found">
      <SearchHits labelledBy="found" result={await searchAccounts(ctx, text)} />
    </Card>
  )
}

async function Newest({ ctx, before }: Readonly<{ ctx: Context; before: bigint | null }>) {
  const { accounts, nextBefore } = await listAccounts(ctx, before)
  return (
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
  )
}
