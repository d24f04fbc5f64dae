import { CreditCard, LogOut } from 'lucide-react'
import { Bar } from '@/components/shell/bar'
import { Menu, MENU_ITEM } from '@/components/shell/menu'
import { Icon } from '@/components/ui/icon'
import { CONSOLE_PAGES } from './console-pages'

type Props = Readonly<{ email: string; signOut: () => Promise<void> }>

/** The head of the console's pages: told apart from those of an account at a glance. */
export function ConsoleBar({ email, signOut }: Props) {
  return (
    <Bar
      home={{ href: '/admin', label: 'Talktime console, to its start' }}
      mark={
        <span className="rounded-md bg-accent px-1.5 py-0.5 text-xs font-semibold text-accent-ink">
          Console
        </span>
      }
      entries={CONSOLE_PAGES}
    >
      <Menu name={email} label="Staff menu">
        <div className="border-t border-line pt-1.5">
          <a href="/billing" className={MENU_ITEM}>
            <Icon of={CreditCard} className="text-ink-soft" />
            Your own account
          </a>
          <form action={signOut}>
            <button type="submit" className={MENU_ITEM}>
              <Icon of={LogOut} className="text-ink-soft" />
              Sign out
            </button>
          </form>
        </div>
      </Menu>
    </Bar>
  )
}
