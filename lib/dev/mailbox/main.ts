import { z } from 'zod'
import { startMailbox } from './start'

const configuration = z.object({
  MAILBOX_SMTP_PORT: z.coerce.number().int().min(0).max(65_535),
  MAILBOX_PAGE_PORT: z.coerce.number().int().min(0).max(65_535),
  /** Where the mails are kept. */
  MAILBOX_FILE: z.string().min(1),
})

/** The demo's mailbox as a program: runs until it is told to stop, and says on one line of JSON where it is. */
async function main(): Promise<void> {
  const values = configuration.parse(process.env)
  const mailbox = await startMailbox({
    smtpPort: values.MAILBOX_SMTP_PORT,
    pagePort: values.MAILBOX_PAGE_PORT,
    file: values.MAILBOX_FILE,
  })
  process.stdout.write(`${JSON.stringify({ smtp: mailbox.smtpUrl, page: mailbox.pageUrl })}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void mailbox.stop().then(() => process.exit(0)))
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
