import { startProgram, typescript, type RunningProgram } from '../processes/start-program'
import { waitUntilReady } from '../processes/wait-until'

export type Mailbox = Readonly<{
  program: RunningProgram
  /** What the product is told. */
  smtpUrl: string
  /** What a person opens. */
  pageUrl: string
  ready: Promise<void>
}>

type Options = Readonly<{
  smtpPort: number
  pagePort: number
  /** Where it keeps the mails. */
  file: string
  onLine?: (line: string) => void
}>

/** Starts the mailbox, in which the demo's mail ends. */
export function startLocalMailbox({ smtpPort, pagePort, file, onLine }: Options): Mailbox {
  const program = startProgram({
    name: 'The mailbox',
    parameters: typescript('lib/dev/mailbox/main.ts'),
    environment: {
      MAILBOX_SMTP_PORT: String(smtpPort),
      MAILBOX_PAGE_PORT: String(pagePort),
      MAILBOX_FILE: file,
    },
    ...(onLine && { onLine }),
  })
  return {
    program,
    smtpUrl: `smtp://127.0.0.1:${String(smtpPort)}`,
    pageUrl: `http://127.0.0.1:${String(pagePort)}`,
    ready: waitUntilReady(program, () => Promise.resolve(program.output().includes('{"smtp"')), 30),
  }
}
