import { sendQueuedMail } from '@/lib/core/mail/send-queued-mail'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

const BATCH = 10

/**
 * Sends what is in the outbox; without a mailer it stays there. Ends at the first batch with a failure: the mail server is
 * likely away. @throws Error that counts what could not be sent
 */
export async function sendMail(container: Container): Promise<{ sent: number }> {
  const { mailer } = container
  if (mailer === null) return { sent: 0 }
  const ctx = await makeContext(container, { kind: 'system', name: 'send-mail' }, newId('req'))
  let sent = 0
  for (;;) {
    const batch = await sendQueuedMail(ctx, mailer, BATCH)
    sent += batch.sent
    if (batch.failed > 0)
      throw new Error(`${String(batch.failed)} mails could not be sent, ${String(sent)} were.`)
    if (batch.sent < BATCH) return { sent }
  }
}
