import { Building2 } from 'lucide-react'
import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { Empty } from '@/components/ui/empty'
import { Row, RowList } from '@/components/ui/row-list'

type Props = Readonly<{
  labelledBy: string
  accounts: readonly Readonly<{ id: bigint; name: string; slug: string; createdAt: Date }>[]
}>

/** Accounts, each a link to its page. */
export function AccountList({ labelledBy, accounts }: Props) {
  if (accounts.length === 0) {
    return (
      <Empty icon={Building2} title="No accounts">
        Every account that is opened is listed here.
      </Empty>
    )
  }
  return (
    <RowList labelledBy={labelledBy}>
      {accounts.map(({ id, name, slug, createdAt }) => (
        <Row
          key={String(id)}
          title={
            <PageLink
              href={`/admin/accounts/${String(id)}`}
              className="rounded-sm underline-offset-4 hover:underline"
            >
              {name}
            </PageLink>
          }
          detail={`${slug} · account ${String(id)}`}
        >
          <LocalTime at={createdAt.toISOString()} detail="day" className="text-[0.8125rem] text-ink-soft" />
        </Row>
      ))}
    </RowList>
  )
}
