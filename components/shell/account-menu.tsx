import { ChevronDown, KeyRound, LogOut, Settings } from 'lucide-react'
import { Icon } from '@/components/ui/icon'
import { OrganisationSwitcher, type OrganisationView, type SwitchAction } from './organisation-switcher'

type Props = Readonly<{
  email: string
  accountName: string
  /** Of the person; only to choose from where there are several. */
  organisations: readonly OrganisationView[]
  switchTo: SwitchAction
  signOut: () => Promise<void>
}>

const ITEM =
  'flex h-9 w-full items-center gap-2.5 rounded-md px-2.5 text-left text-ink transition-colors hover:bg-raised'

/**
 * Who is signed in and for which organisation, the way to others, and the way out. A native popover: it opens, closes and
 * keeps the focus without our script.
 */
export function AccountMenu({ email, accountName, organisations, switchTo, signOut }: Props) {
  return (
    <>
      <button
        type="button"
        popoverTarget="account-menu"
        className="flex h-9 min-w-0 items-center gap-2 rounded-lg px-2 text-ink-soft transition-colors hover:bg-raised hover:text-ink"
      >
        <span
          aria-hidden
          className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-wash text-xs font-semibold text-accent"
        >
          {Array.from(accountName)[0]?.toUpperCase()}
        </span>
        <span className="hidden max-w-48 truncate sm:inline">{accountName}</span>
        <span className="sr-only">Account menu</span>
        <Icon of={ChevronDown} size={14} />
      </button>
      <div
        id="account-menu"
        popover="auto"
        className="fixed inset-auto top-13 right-[max(1rem,calc((100%-66rem)/2))] w-64 rounded-xl border border-line bg-surface p-1.5 text-ink shadow-float"
      >
        <div className="px-2.5 pt-1.5 pb-2.5">
          <p className="truncate font-medium">{accountName}</p>
          <p className="truncate text-[0.8125rem] text-ink-soft">{email}</p>
        </div>
        {organisations.length > 1 && <OrganisationSwitcher {...{ organisations, switchTo }} />}
        <div className="border-t border-line pt-1.5">
          <a href="/settings/organisation" className={ITEM}>
            <Icon of={Settings} className="text-ink-soft" />
            Settings
          </a>
          <a href="/settings/api-keys" className={ITEM}>
            <Icon of={KeyRound} className="text-ink-soft" />
            API keys
          </a>
          <form action={signOut}>
            <button type="submit" className={ITEM}>
              <Icon of={LogOut} className="text-ink-soft" />
              Sign out
            </button>
          </form>
        </div>
      </div>
    </>
  )
}
