import type { Metadata } from 'next'
import { GrantTable } from '@/components/console/grant-table'
import { LedgerAccounts } from '@/components/console/ledger-accounts'
import { OlderLink } from '@/components/console/older-link'
import { PostingTable } from '@/components/console/posting-table'
import { Amount } from '@/components/money/amount'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { listGrants } from '@/lib/core/console/list-grants'
import { listLedgerAccounts } from '@/lib/core/console/list-ledger-accounts'
import { listPostings } from '@/lib/core/console/list-postings'
import { requireStaffAccount } from '@/lib/http/require-staff'
import { readBefore } from '../../../read-before'

export const metadata: Metadata = { title: 'Ledger' }

type Props = Readonly<{
  params: Promise<{ accountId: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}>

/** Grants and postings are each read on by an id in the address. */
export default async function LedgerPage({ params, searchParams }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const { grants: grantsAt, before: postingsAt } = await searchParams
  const [ledger, grants, postings] = await Promise.all([
    listLedgerAccounts(ctx, account.id),
    listGrants(ctx, { accountId: account.id, before: readBefore(grantsAt) }),
    listPostings(ctx, { accountId: account.id, before: readBefore(postingsAt) }),
  ])
  const path = `/admin/accounts/${String(account.id)}/ledger`
  return (
    <Page title="Ledger" lead="The account's own books, in double entry.">
      <div className="flex flex-col gap-5">
        <Card
          id="accounts"
          title="Accounts"
          aside={
            <span className="text-ink-soft">
              Wallet <Amount money={ledger.wallet} className="font-medium text-ink" />
            </span>
          }
        >
          <LedgerAccounts labelledBy="accounts" ledger={ledger} />
        </Card>
        <Card id="grants" title="Grants">
          <GrantTable labelledBy="grants" grants={grants.items} now={ctx.now()} />
          <OlderLink
            what="grants"
            href={grants.nextBefore === null ? null : `${path}?grants=${String(grants.nextBefore)}`}
          />
        </Card>
        <Card id="postings" title="Postings">
          <PostingTable labelledBy="postings" postings={postings.items} />
          <OlderLink
            what="postings"
            href={postings.nextBefore === null ? null : `${path}?before=${String(postings.nextBefore)}`}
          />
        </Card>
      </div>
    </Page>
  )
}
