'use client'

import { ListX } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { OWN_INVOICES } from '@/components/invoices/invoice-links'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import type { ActivityFilter, ActivityPage } from '@/lib/core/activity/list-activity'
import { ActivityRow } from './activity-row'
import { useMoreActivity, type ReadActivity } from './use-more-activity'

type Props = Readonly<{
  first: ActivityPage
  filter: ActivityFilter
  read: ReadActivity
  /** Where the invoices of the account are. */
  invoicesPath?: string
}>

const HEAD = 'py-2 text-xs font-medium text-ink-soft'

/** Everything that happened, newest first; what is older is read as the reader comes near the end, or by the button. */
export function ActivityList({ first, filter, read, invoicesPath = OWN_INVOICES }: Props) {
  const { items, nextCursor, state, failure, loadMore } = useMoreActivity(first, filter, read)
  if (items.length === 0) {
    return (
      <Empty icon={ListX} title={filter === 'all' ? 'Nothing has happened yet' : 'Nothing of this kind yet'}>
        Calls, messages, rent, payments and credits are listed here as they happen.
      </Empty>
    )
  }
  return (
    <>
      <table aria-labelledby="activity" className="w-full table-fixed">
        <thead className="border-b border-line text-left">
          <tr>
            <th scope="col" className={`${HEAD} pl-5`}>
              What
            </th>
            <th scope="col" className={`${HEAD} hidden w-20 text-right md:table-cell`}>
              Quantity
            </th>
            <th scope="col" className={`${HEAD} hidden w-46 pl-8 md:table-cell`}>
              When
            </th>
            <th scope="col" className={`${HEAD} w-32 pr-5 text-right sm:pr-0`}>
              Amount
            </th>
            <th
              scope="col"
              title="What the balance was once this was booked"
              className={`${HEAD} hidden w-36 pr-5 text-right sm:table-cell`}
            >
              Balance
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {items.map((item) => (
            <ActivityRow key={item.occurredAt} item={item} invoicesPath={invoicesPath} />
          ))}
        </tbody>
      </table>
      <ListEnd
        count={items.length}
        hasMore={nextCursor !== null}
        state={state}
        failure={failure}
        loadMore={loadMore}
      />
    </>
  )
}

type EndProps = Readonly<{
  count: number
  hasMore: boolean
  state: 'idle' | 'loading' | 'failed'
  failure: string | null
  loadMore: () => Promise<void>
}>

/** The list's end: reads on when it comes near, unless that failed: then only by the button. */
function ListEnd({ count, hasMore, state, failure, loadMore }: EndProps) {
  const end = useRef<HTMLDivElement>(null)
  const hadFocus = useRef(false)

  useEffect(() => {
    if (!hasMore || state !== 'idle' || end.current === null) return
    const observer = new IntersectionObserver(
      (entries) => {
        // One call may tell of the end's leaving and coming back.
        if (entries.some((entry) => entry.isIntersecting)) void loadMore()
      },
      { rootMargin: '400px' },
    )
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [hasMore, state, loadMore])

  // The button that had the focus is gone with the last page.
  useEffect(() => {
    if (!hasMore && hadFocus.current) end.current?.focus()
  }, [hasMore])

  return (
    <div
      ref={end}
      tabIndex={-1}
      className="flex min-h-15 flex-col items-center justify-center gap-3 border-t border-line px-5 py-3 text-[0.8125rem] text-ink-soft outline-offset-[-2px]"
    >
      {failure !== null && (
        <Alert live tone="danger" title="The rest could not be read">
          {failure}
        </Alert>
      )}
      {hasMore ? (
        <Button
          size="small"
          pending={state === 'loading'}
          onClick={loadMore}
          onFocus={() => (hadFocus.current = true)}
          onBlur={() => (hadFocus.current = false)}
        >
          {state === 'failed' ? 'Try again' : 'Show more'}
        </Button>
      ) : (
        <p>This is everything.</p>
      )}
      <p role="status" className="sr-only">
        {`${count} shown${hasMore ? '' : ', nothing older'}`}
      </p>
    </div>
  )
}
