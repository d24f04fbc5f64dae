import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import type { Mailer } from '../ports/mailer'
import { mailTemplate } from './mail-data'
import { renderMail } from './render-mail'

/** Longer than the mailer may take for a batch: what a killed worker was at is sent after it, by another. */
const LEASE_SECONDS = 10 * 60
const FAILURES_MAX = 10

const rows = z.array(
  z.object({
    id: z.bigint(),
    recipient: z.string(),
    template: mailTemplate,
    data: z.unknown(),
    failures: z.int(),
  }),
)
type QueuedMail = z.infer<typeof rows>[number]

/**
 * Sends up to `mailsMax` mails that are due. One that cannot be sent is tried again later, ten times at most. A worker that is
 * killed between sending and writing it down leaves a mail that is sent twice, under one Message-ID. For our own job.
 */
export async function sendQueuedMail(
  ctx: Context,
  mailer: Mailer,
  mailsMax: number,
): Promise<Readonly<{ sent: number; failed: number }>> {
  requireSystem(ctx.actor)
  const claimed = await callDatabase(
    ctx.db,
    (sql) => sql`
      select id, recipient, template, data, failures
        from claim_mail(${mailsMax}, make_interval(secs => ${LEASE_SECONDS}))`,
  )
  let sent = 0
  let failed = 0
  for (const mail of rows.parse([...claimed])) {
    if (await send(ctx, mailer, mail)) sent++
    else failed++
  }
  return { sent, failed }
}

async function send(ctx: Context, mailer: Mailer, mail: QueuedMail): Promise<boolean> {
  try {
    const words = renderMail(mail.template, mail.data, ctx.site.appUrl)
    await mailer.send({ id: `mail-${mail.id}`, to: mail.recipient, ...words })
  } catch (error) {
    ctx.log.warn({ err: error, mailId: String(mail.id) }, 'a mail could not be sent')
    await postpone(ctx, mail, error)
    return false
  }
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update mail set state = 'sent', sent_at = clock_timestamp(), error = null where id = ${mail.id} and state = 'queued'`,
  )
  return true
}

/** Twice as long after each failure, an hour at most. */
async function postpone(ctx: Context, mail: QueuedMail, error: unknown): Promise<void> {
  const minutes = Math.min(60, 2 ** mail.failures)
  const reason = error instanceof Error ? error.message.slice(0, 500) : String(error)
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update mail
         set error = ${reason}, failures = failures + 1, due_at = clock_timestamp() + make_interval(mins => ${minutes}),
             state = case when failures + 1 >= ${FAILURES_MAX} then 'failed' else state end
       where id = ${mail.id} and state = 'queued'`,
  )
}
