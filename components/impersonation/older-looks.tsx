import { PageLink } from '@/components/shell/page-link'
import { QUIET_LINK } from '@/components/ui/quiet-link'

/** The way to the looks before those shown; nothing on the last page. */
export function OlderLooks({ path, next }: Readonly<{ path: string; next: bigint | null }>) {
  if (next === null) return null
  return (
    <p className="border-t border-line px-5 py-3">
      <PageLink href={`${path}?before=${String(next)}`} className={QUIET_LINK}>
        Older
      </PageLink>
    </p>
  )
}

/** `before` in the address; null where it is left out or no number. */
export function readBefore(text: string | string[] | undefined): bigint | null {
  return typeof text === 'string' && /^[1-9]\d{0,17}$/.test(text) ? BigInt(text) : null
}
