import { SearchX } from 'lucide-react'
import { PageLink } from '@/components/shell/page-link'
import { Alert } from '@/components/ui/alert'
import { Empty } from '@/components/ui/empty'
import { Row, RowList } from '@/components/ui/row-list'
import type { HitKind, SearchResult } from '@/lib/core/console/search-accounts'

const WORDS: Readonly<Record<HitKind, string>> = {
  account: 'Its id',
  slug: 'Its slug',
  name: 'Its name',
  customer: 'Customer',
  order: 'Order',
  checkout: 'Checkout',
  invoice: 'Invoice',
  payment: 'Payment',
  return: 'Refund or dispute',
  subscription: 'Subscription',
  event: 'Event',
  number: 'Number',
  'released-number': 'Number it had',
  card: 'Card',
  person: 'Member',
}

type Props = Readonly<{ labelledBy: string; result: SearchResult }>

/** What was found, each with why. */
export function SearchHits({ labelledBy, result: { hits, hasMore, isProviderAway } }: Props) {
  if (isProviderAway) {
    return (
      <div className="p-5">
        <Alert tone="caution" title="Stripe does not answer">
          Payments and charges are looked up there. Search again in a moment, or by the invoice.
        </Alert>
      </div>
    )
  }
  if (hits.length === 0) {
    return (
      <Empty icon={SearchX} title="Nothing found">
        Words are found by their beginning, numbers by their end, and ids only whole.
      </Empty>
    )
  }
  return (
    <>
      <RowList labelledBy={labelledBy}>
        {hits.map(({ accountId, accountName, slug, kind, detail }) => (
          <Row
            key={`${String(accountId)} ${kind} ${detail ?? ''}`}
            title={
              <PageLink
                href={`/admin/accounts/${String(accountId)}`}
                className="rounded-sm underline-offset-4 hover:underline"
              >
                {accountName}
              </PageLink>
            }
            detail={detail === null ? WORDS[kind] : `${WORDS[kind]}: ${detail}`}
          >
            <span className="hidden max-w-40 truncate text-[0.8125rem] text-ink-soft sm:inline">{slug}</span>
          </Row>
        ))}
      </RowList>
      {hasMore && (
        <p className="border-t border-line px-5 py-3 text-[0.8125rem] text-ink-soft">
          There are more. Add a word or a digit to see others.
        </p>
      )}
    </>
  )
}
