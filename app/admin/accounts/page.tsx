import type { Metadata } from 'next'
import { z } from 'zod'
import { AccountList } from '@/components/console/account-list'
import { OlderLink } from '@/components/console/older-link'
import { SearchBox } from '@/components/console/search-box'
import { SearchHits } from '@/components/console/search-hits'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { listAccounts } from '@/lib/core/console/list-accounts'
import { searchAccounts } from '@/lib/core/console/search-accounts'
import type { Context } from '@/lib/core/context'
import { requireStaffUser } from '@/lib/http/require-staff'
import { readBefore } from '../read-before'

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
})

type Props = Readonly<{ searchParams: Promise<Record<string, string | string[] | undefined>> }>

export default async function AccountsPage({ searchParams }: Props) {
  const { ctx } = await requireStaffUser()
  const address = await searchParams
  const { q } = query.parse(address)
  return (
    <Page title="Accounts">
      <SearchBox text={q} />
      {q === '' ? <Newest ctx={ctx} before={readBefore(address['before'])} /> : <Found ctx={ctx} text={q} />}
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
  const { items: accounts, nextBefore } = await listAccounts(ctx, before)
  return (
    <Card id="accounts" title={before === null ? 'Newest' : 'Older'}>
      <AccountList labelledBy="accounts" accounts={accounts} />
      <OlderLink
        what="accounts"
        href={nextBefore === null ? null : `/admin/accounts?before=${String(nextBefore)}`}
      />
    </Card>
  )
}
