import { LinkRow } from '@/components/shell/link-row'
import { PageLink } from '@/components/shell/page-link'
import { accountPages } from './console-pages'

type Props = Readonly<{ account: Readonly<{ id: bigint; name: string; slug: string }> }>

/** Over every page about an account: which one it is, and its pages. */
export function AccountHead({ account: { id, name, slug } }: Props) {
  return (
    <section aria-label={name} className="mx-auto max-w-272 px-4 pt-5">
      <p className="text-[0.8125rem] text-ink-soft">
        <PageLink href="/admin/accounts" className="rounded-sm underline-offset-4 hover:underline">
          Accounts
        </PageLink>
      </p>
      <p className="mt-1 flex flex-wrap items-baseline gap-x-3">
        <span className="text-lg font-semibold tracking-tight wrap-anywhere">{name}</span>
        <span className="text-[0.8125rem] wrap-anywhere text-ink-soft">
          {slug} · account {String(id)}
        </span>
      </p>
      <nav aria-label="Account" className="-mx-2.5 mt-3">
        <LinkRow
          entries={accountPages(id)}
          linkClassName="flex h-8 items-center rounded-lg px-2.5 text-[0.8125rem] whitespace-nowrap text-ink-soft outline-offset-[-2px] transition-colors hover:text-ink aria-[current=page]:bg-raised aria-[current=page]:font-medium aria-[current=page]:text-ink"
        />
      </nav>
    </section>
  )
}
