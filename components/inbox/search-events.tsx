import { Search } from 'lucide-react'
import { buttonClass } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import type { InboxView } from './inbox-address'

/** A form without a script: the list has an address for what is looked for. */
export function SearchEvents({ view: { filter, about } }: Readonly<{ view: InboxView }>) {
  return (
    <form action="/admin/events" role="search" className="flex min-w-0 items-center gap-2">
      {filter !== 'all' && <input type="hidden" name="state" value={filter} />}
      <input
        type="search"
        name="about"
        aria-label="Event, object or type"
        placeholder="evt_, in_, invoice.paid"
        defaultValue={about ?? ''}
        maxLength={255}
        className="h-8 w-full min-w-0 rounded-lg border border-line-strong bg-surface px-2.5 text-base outline-offset-0 placeholder:text-ink-soft sm:w-56 sm:text-[0.8125rem]"
      />
      <button type="submit" className={buttonClass('secondary', 'small')}>
        <Icon of={Search} size={16} />
        <span className="sr-only">Search</span>
      </button>
    </form>
  )
}
