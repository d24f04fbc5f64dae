import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from './button'

type Props = Readonly<{
  label: string
  /** The page's own address; the number is added as `page`. */
  path: string
  page: number
  last: number
}>

/** The way through a list that has several pages; nothing where it has one. */
export function PageNumbers({ label, path, page, last }: Props) {
  if (last <= 1 && page === 1) return null
  return (
    <nav aria-label={label} className="flex items-center gap-2 border-t border-line px-5 py-3">
      {page > 1 && (
        <PageLink
          href={page === 2 ? path : `${path}?page=${page - 1}`}
          className={buttonClass('secondary', 'small')}
        >
          Newer
        </PageLink>
      )}
      {page < last && (
        <PageLink href={`${path}?page=${page + 1}`} className={buttonClass('secondary', 'small')}>
          Older
        </PageLink>
      )}
      <span className="ml-auto text-[0.8125rem] text-ink-soft tabular-nums">
        Page {page} of {Math.max(page, last)}
      </span>
    </nav>
  )
}
