import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { cutPage, type Paged } from './cut-page'

const PAGE = 30

/** A mail in the outbox, without what stands in it: some carry links that sign someone in or pay. */
export type SentMail = Readonly<{
  id: bigint
  template: string
  recipient: string
  state: string
  /** Business time; the others are real time. */
  queuedAt: Instant
  sentAt: Instant | null
  failures: number
  /** Why it has not left. */
  error: string | null
}>

const rows = z.array(
  z
    .object({
      id: z.bigint(),
      template: z.string(),
      recipient: z.string(),
      state: z.string(),
      queued_at: z.date(),
      sent_at: z.date().nullable(),
      failures: z.int(),
      error: z.string().nullable(),
    })
    .transform(({ queued_at: queuedAt, sent_at: sentAt, ...mail }) => ({ ...mail, queuedAt, sentAt })),
)

/** The account's mails before this one (null: all), the newest first. @throws BillingError `forbidden`, `database_unavailable` */
export async function listMails(
  ctx: Context,
  { accountId, before }: Readonly<{ accountId: bigint; before: bigint | null }>,
): Promise<Paged<SentMail>> {
  requireStaff(ctx.actor, 'staff:read')
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select id, template, recipient, state, queued_at, sent_at, failures, error from mail
        where account_id = ${accountId} and id < coalesce(${before}::bigint, 9223372036854775807)
        order by id desc limit ${PAGE + 1}`,
  )
  return cutPage(rows.parse([...found]), PAGE)
}
