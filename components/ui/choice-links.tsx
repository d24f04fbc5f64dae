import { PageLink } from '@/components/shell/page-link'

type Props = Readonly<{
  label: string
  choices: readonly Readonly<{ href: string; text: string; chosen: boolean }>[]
}>

/** A few views of the same thing, side by side: each has an address of its own. */
export function ChoiceLinks({ label, choices }: Props) {
  return (
    <nav aria-label={label} className="flex w-fit max-w-full overflow-x-auto rounded-lg bg-raised p-0.5">
      {choices.map(({ href, text, chosen }) => (
        <PageLink
          key={href}
          href={href}
          scroll={false}
          aria-current={chosen ? 'true' : undefined}
          className="flex h-7 items-center rounded-md px-2.5 text-[0.8125rem] whitespace-nowrap text-ink-soft outline-offset-[-2px] transition-colors hover:text-ink aria-[current]:bg-surface aria-[current]:font-medium aria-[current]:text-ink aria-[current]:shadow-card"
        >
          {text}
        </PageLink>
      ))}
    </nav>
  )
}
