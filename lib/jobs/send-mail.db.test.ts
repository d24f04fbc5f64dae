import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { startMailbox, type Mailbox } from '@/lib/dev/mailbox/start'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { releaseNumbers } from './release-numbers'
import { sendMail } from './send-mail'

const database = useTestDatabase()
const folder = mkdtempSync(path.join(tmpdir(), 'talktime-mail-'))
let mailbox: Mailbox
beforeAll(async () => {
  mailbox = await startMailbox({ smtpPort: 0, pagePort: 0, file: path.join(folder, 'mails.jsonl') })
})
afterAll(async () => {
  await mailbox.stop()
  rmSync(folder, { recursive: true, force: true })
})
const container = useTestContainer(database, () => ({
  SMTP_URL: mailbox.smtpUrl,
  MAIL_FROM: 'Talktime <billing@talktime.example>',
}))

const shown = async (where: string) => (await fetch(new URL(where, mailbox.pageUrl))).text()

describe('an account that goes below zero', () => {
  it('is told by mail, through a mail server, at once and once', async () => {
    const now = new Date()
    const account = await openTestAccount(database.db, { now })
    await recordUsage(await makeContext(container(), account.owner, 'req_test'), [
      {
        id: 'call',
        numberId: null,
        fareName: 'Call',
        billedQuantity: 1,
        amount: usdFromCents(250),
        occurredAt: now,
      },
    ])
    for (let turn = 0; turn < 2; turn++) {
      await releaseNumbers(container())
      await sendMail(container())
    }
    const list = await shown('/')
    expect(list.match(/<li>/g)).toHaveLength(1)
    expect(list).toContain(`to ${account.email}`)
    expect(list).toContain('Your balance is below zero')
    const mail = await shown('/mails/1')
    expect(mail).toContain('<dd>billing@talktime.example</dd>')
    expect(mail).toContain('You owe $2.50.')
  })

  it('is told later where the mail server was away', async () => {
    const account = await openTestAccount(database.db)
    await recordUsage(await makeContext(container(), account.owner, 'req_test'), [
      {
        id: 'call',
        numberId: null,
        fareName: 'Call',
        billedQuantity: 1,
        amount: usdFromCents(1),
        occurredAt: new Date(),
      },
    ])
    await releaseNumbers(container())
    await mailbox.stop()
    await expect(sendMail(container())).rejects.toThrow('1 mails could not be sent, 0 were.')
    const smtpPort = Number(new URL(mailbox.smtpUrl).port)
    mailbox = await startMailbox({ smtpPort, pagePort: 0, file: path.join(folder, 'mails.jsonl') })
    await database.db.sql`update mail set due_at = clock_timestamp()`
    expect(await sendMail(container())).toEqual({ sent: 1 })
    expect((await shown('/')).match(/<li>/g)).toHaveLength(2)
  })
})
