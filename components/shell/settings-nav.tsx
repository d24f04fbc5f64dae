import { LinkRow } from './link-row'

const ENTRIES = [
  ['/settings/organisation', 'Organisation'],
  ['/settings/members', 'Members'],
  ['/settings/auto-top-up', 'Auto top-up'],
  ['/settings/notifications', 'Notifications'],
  ['/settings/api-keys', 'API keys'],
  ['/settings/security', 'Access tokens'],
  ['/settings/access', 'Staff access'],
] as const

/** The pages of the settings, over each of them. */
export function SettingsNav() {
  return (
    <div className="mx-auto max-w-272 px-4 pt-4">
      <nav aria-label="Settings" className="-mx-2.5">
        <LinkRow
          entries={ENTRIES}
          linkClassName="flex h-8 items-center rounded-lg px-2.5 text-[0.8125rem] whitespace-nowrap text-ink-soft outline-offset-[-2px] transition-colors hover:text-ink aria-[current=page]:bg-raised aria-[current=page]:font-medium aria-[current=page]:text-ink"
        />
      </nav>
    </div>
  )
}
