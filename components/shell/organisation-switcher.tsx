import { Check } from 'lucide-react'
import { Icon } from '@/components/ui/icon'

/** An organisation of the person who is signed in. */
export type OrganisationView = Readonly<{ name: string; slug: string; isCurrent: boolean }>

/** Takes the slug from the form's field of this name. */
export type SwitchAction = (form: FormData) => Promise<void>

type Props = Readonly<{ organisations: readonly OrganisationView[]; switchTo: SwitchAction }>

/** The person's organisations, the one they look at marked. Each is a form, so that it switches without our script too. */
export function OrganisationSwitcher({ organisations, switchTo }: Props) {
  return (
    <ul aria-label="Organisations" className="max-h-64 overflow-y-auto border-t border-line py-1.5">
      {organisations.map(({ name, slug, isCurrent }) => (
        <li key={slug}>
          <form action={switchTo}>
            <input type="hidden" name="slug" value={slug} />
            <button
              type="submit"
              aria-current={isCurrent || undefined}
              className="flex min-h-9 w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-left text-ink transition-colors hover:bg-raised"
            >
              <span
                aria-hidden
                className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-wash text-xs font-semibold text-accent"
              >
                {Array.from(name)[0]?.toUpperCase()}
              </span>
              <span className="min-w-0 flex-1 truncate">{name}</span>
              {isCurrent && <Icon of={Check} className="text-accent" />}
            </button>
          </form>
        </li>
      ))}
    </ul>
  )
}
