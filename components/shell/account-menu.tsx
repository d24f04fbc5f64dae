import { Headset, KeyRound, LogOut, Settings } from 'lucide-react'
import { Icon } from '@/components/ui/icon'
import { Menu, MENU_ITEM } from './menu'
import { OrganisationSwitcher, type OrganisationView, type SwitchAction } from './organisation-switcher'

type Props = Readonly<{
  email: string
  accountName: string
  /** Staff find the way to the console here. */
  isStaff: boolean
  /** Of the person; only to choose from where there are several. */
  organisations: readonly OrganisationView[]
  switchTo: SwitchAction
  signOut: () => Promise<void>
}>

/** Who is signed in and for which organisation, the way to others, and the way out. */
export function AccountMenu({ email, accountName, isStaff, organisations, switchTo, signOut }: Props) {
  return (
    <Menu name={accountName} detail={email} label="Account menu">
      {organisations.length > 1 && <OrganisationSwitcher {...{ organisations, switchTo }} />}
      <div className="border-t border-line pt-1.5">
        {isStaff && (
          <a href="/admin" className={MENU_ITEM}>
            <Icon of={Headset} className="text-ink-soft" />
            Console
          </a>
        )}
        <a href="/settings/organisation" className={MENU_ITEM}>
          <Icon of={Settings} className="text-ink-soft" />
          Settings
        </a>
        <a href="/settings/api-keys" className={MENU_ITEM}>
          <Icon of={KeyRound} className="text-ink-soft" />
          API keys
        </a>
        <form action={signOut}>
          <button type="submit" className={MENU_ITEM}>
            <Icon of={LogOut} className="text-ink-soft" />
            Sign out
          </button>
        </form>
      </div>
    </Menu>
  )
}
