import { Amount } from '@/components/money/amount'
import { PageLink } from '@/components/shell/page-link'
import type { EventEffect as Effect } from '@/lib/webhooks/inbox/inbox-event'

const POSTINGS: Readonly<Record<string, string>> = {
  deposit_card: 'deposited',
  subscription: 'for the subscription',
  refund: 'given back',
  dispute: 'lost to a dispute',
  hold: 'frozen',
}

/** What an event has led to: money in the books, an order that waits, or the account alone. */
export function EventEffect({ effect: { account, order, posting } }: Readonly<{ effect: Effect }>) {
  if (account === null) return <span className="text-ink-soft">None of our accounts</span>
  return (
    <>
      <PageLink
        href={`/admin/accounts/${String(account.id)}`}
        className="rounded-sm underline-offset-4 hover:underline"
      >
        {account.name}
      </PageLink>
      <span className="block text-[0.8125rem] text-ink-soft">
        {posting !== null && (
          <>
            <Amount money={posting.amount} /> {POSTINGS[posting.code] ?? posting.code}
          </>
        )}
        {posting === null && order !== null && `Order ${order.state}`}
        {posting === null && order === null && 'Nothing booked'}
      </span>
    </>
  )
}
