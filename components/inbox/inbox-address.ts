import { z } from 'zod'
import { INBOX_FILTERS, type InboxFilter } from '@/lib/core/console/inbox-filters'

/** What the list of events shows, as its address says it. */
export type InboxView = Readonly<{ filter: InboxFilter; about: string | null; cursor: string | null }>

const view = z.object({
  state: z.enum(INBOX_FILTERS).catch('all'),
  about: z
    .string()
    .trim()
    .regex(/^[\w.]{1,255}$/)
    .nullable()
    .catch(null),
  before: z.string().max(300).nullable().catch(null),
})

/** Anything that is none of ours is left aside. */
export function readInboxView(params: Record<string, string | string[] | undefined>): InboxView {
  const { state, about, before } = view.parse(params)
  return { filter: state, about, cursor: before }
}

export function inboxAddress({ filter, about, cursor }: InboxView): string {
  const params = new URLSearchParams()
  if (filter !== 'all') params.set('state', filter)
  if (about !== null) params.set('about', about)
  if (cursor !== null) params.set('before', cursor)
  const query = params.toString()
  return query === '' ? '/admin/events' : `/admin/events?${query}`
}
