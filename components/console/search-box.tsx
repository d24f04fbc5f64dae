import { Search } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'

/** The console's one search. A form that asks by its address, so that it works without our script and can be sent on. */
export function SearchBox({ text }: Readonly<{ text: string }>) {
  return (
    <form role="search" action="/admin/accounts" className="mb-5">
      <label htmlFor="search" className="sr-only">
        Search accounts
      </label>
      <div className="flex gap-2">
        <div className="relative min-w-0 flex-1">
          <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-ink-soft">
            <Icon of={Search} />
          </span>
          <input
            id="search"
            name="q"
            type="search"
            defaultValue={text}
            maxLength={200}
            autoComplete="off"
            aria-describedby="search-hint"
            className="h-10 w-full rounded-lg border border-line-strong bg-surface pr-3 pl-9 text-base outline-offset-0 sm:text-sm"
          />
        </div>
        <Button type="submit" look="primary">
          Search
        </Button>
      </div>
      <p id="search-hint" className="mt-1.5 text-[0.8125rem] text-ink-soft">
        A name, e-mail, slug, number, the last four digits of a number or card, or an id: of an account,
        order, invoice, payment, charge, refund, dispute, customer, subscription or event.
      </p>
    </form>
  )
}
