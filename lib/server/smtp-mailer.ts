import type { Transporter } from 'nodemailer'
import type { Mailer } from '@/lib/core/ports/mailer'
import type { Env } from '@/lib/env'

type Options = Readonly<{
  /** `smtp://` (STARTTLS where it is offered) or `smtps://`, with user and password where the server asks for them. */
  url: string
  /** An address, with a name before it or without. */
  from: string
}>

/** A server that says nothing for so long is away. */
const SILENCE_MS = 10_000

/** What the configuration names, or null where it names none. */
export function openMailer({ SMTP_URL: url, MAIL_FROM: from }: Env): Mailer | null {
  return url === undefined || from === undefined ? null : smtpMailer({ url, from })
}

/** Hands mails over to an SMTP server, on a connection each: there are few. */
function smtpMailer({ url, from }: Options): Mailer {
  const host = /@([^\s<>@]+?)>?$/.exec(from)?.[1] ?? 'localhost'
  let opened: Promise<Transporter> | undefined
  return {
    send: async ({ id, to, subject, text, html }) => {
      const transport = await (opened ??= openTransport(url))
      await transport.sendMail({
        from,
        // Not a text, in which a comma would be two recipients.
        to: { name: '', address: to },
        messageId: `<${id}@${host}>`,
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    },
  }
}

/** Loaded when there is a mail to send: of all processes only the worker does. */
async function openTransport(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    url,
    connectionTimeout: SILENCE_MS,
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    // No mail of ours reads a file or fetches anything, whatever stands in it.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}
