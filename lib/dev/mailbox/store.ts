import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const keptMail = z.object({
  /** Counted from one. */
  id: z.int(),
  receivedAt: z.iso.datetime(),
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  messageId: z.string(),
  text: z.string(),
  html: z.string(),
})

export type KeptMail = z.infer<typeof keptMail>

export type MailStore = Readonly<{
  /** The newest first. */
  all(): readonly KeptMail[]
  find(id: number): KeptMail | undefined
  add(mail: Omit<KeptMail, 'id'>): void
}>

/** The mails that arrived, a line of JSON each, kept between starts. */
export function openStore(file: string): MailStore {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const mails = lines.filter((line) => line !== '').map((line) => keptMail.parse(JSON.parse(line)))
  return {
    all: () => mails.toReversed(),
    find: (id) => mails[id - 1],
    add: (mail) => {
      const kept = { id: mails.length + 1, ...mail }
      mails.push(kept)
      appendFileSync(file, `${JSON.stringify(kept)}\n`)
    },
  }
}
