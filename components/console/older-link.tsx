import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'

/** The way on in a list of which a page is shown; nothing on its last. */
export function OlderLink({ href, what }: Readonly<{ href: string | null; what: string }>) {
  if (href === null) return null
  return (
    <div className="border-t border-line px-5 py-3">
      <PageLink href={href} scroll={false} className={buttonClass('secondary', 'small')}>
        Older<span className="sr-only"> {what}</span>
      </PageLink>
    </div>
  )
}
