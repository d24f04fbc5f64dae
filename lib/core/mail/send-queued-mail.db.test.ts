import { beforeEach, describe, expect, it } from 'vitest'
import type { OutgoingMail } from '@/lib/core/ports/mailer'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { sendQueuedMail } from './send-queued-mail'

const suite = useTestDatabase()
const now = new Date('2026-03-01T10:00:00Z')
const ctx = () => testContext({ db: suite.db, actor: SYSTEM, now })

/** Queues so many mails that stay true, to one account. */
async function queue(count: number): Promise<void> {
  const { accountId } = await openTestAccount(suite.db, { now })
  const data = {
    accountName: 'Ada',
    owedMicros: '1',
    numbers: ['+12125550100'],
    releasedAt: now.toISOString(),
  }
  for (let index = 0; index < count; index++) {
    await suite.db.sql`
      select queue_mail(${accountId}, ${`released:${String(index)}`}, 'released', ${suite.db.sql.json(data)}, null, ${now})`
  }
}

const states = async () =>
  (await suite.db.sql<{ state: string }[]>`select state from mail order by id`).map((row) => row.state)
const letTimePass = (seconds: number) =>
  suite.db.sql`update mail set due_at = due_at - make_interval(secs => ${seconds}),
    created_at = created_at - make_interval(secs => ${seconds})`

/** Takes mails over until told to refuse. */
function recorder() {
  const sent: OutgoingMail[] = []
  const state = { refuses: false }
  const send = async (mail: OutgoingMail): Promise<void> => {
    if (state.refuses) throw new Error('421 Try again later')
    sent.push(mail)
  }
  return { sent, state, mailer: { send } }
}

beforeEach(() => suite.db.sql`delete from mail`)

describe('sendQueuedMail', () => {
  it('sends each mail once, however many workers send', async () => {
    await queue(20)
    const { sent, mailer } = recorder()
    const runs = await Promise.all(Array.from({ length: 6 }, () => sendQueuedMail(ctx(), mailer, 5)))
    await sendQueuedMail(ctx(), mailer, 100)
    expect(runs.every(({ failed }) => failed === 0)).toBe(true)
    expect(sent).toHaveLength(20)
    expect(new Set(sent.map(({ id }) => id)).size).toBe(20)
    expect(await sendQueuedMail(ctx(), mailer, 100)).toEqual({ sent: 0, failed: 0 })
  })

  it('tries again later what could not be sent, with longer and longer pauses, and gives up after ten', async () => {
    await queue(1)
    const { sent, state, mailer } = recorder()
    state.refuses = true
    expect(await sendQueuedMail(ctx(), mailer, 10)).toEqual({ sent: 0, failed: 1 })
    expect(await sendQueuedMail(ctx(), mailer, 10)).toEqual({ sent: 0, failed: 0 })
    await letTimePass(61)
    state.refuses = false
    expect(await sendQueuedMail(ctx(), mailer, 10)).toEqual({ sent: 1, failed: 0 })
    expect(sent).toHaveLength(1)
    await queue(1)
    state.refuses = true
    for (let attempt = 0; attempt < 12; attempt++) {
      await sendQueuedMail(ctx(), mailer, 10)
      await letTimePass(3_601)
    }
    expect(await states()).toEqual(['sent', 'failed'])
    const [row] = await suite.db.sql`select failures, error from mail where state = 'failed'`
    expect(row).toEqual({ failures: 10, error: '421 Try again later' })
  })

  it('sends under the same name again what a killed worker was sending, after its lease', async () => {
    await queue(1)
    await suite.db.sql`select claim_mail(10, interval '10 minutes')`
    const { sent, mailer } = recorder()
    expect(await sendQueuedMail(ctx(), mailer, 10)).toEqual({ sent: 0, failed: 0 })
    await letTimePass(601)
    await sendQueuedMail(ctx(), mailer, 10)
    const [row] = await suite.db.sql<{ id: bigint }[]>`select id from mail`
    expect(sent.map(({ id }) => id)).toEqual([`mail-${String(row?.id)}`])
  })

  it('lets a mail that cannot be written stand in nobody’s way', async () => {
    await queue(2)
    await suite.db.sql`update mail set data = '{}' where id = (select min(id) from mail)`
    const { sent, mailer } = recorder()
    expect(await sendQueuedMail(ctx(), mailer, 10)).toEqual({ sent: 1, failed: 1 })
    expect(sent).toHaveLength(1)
  })

  it('tells nobody after a week what was news then', async () => {
    await queue(1)
    await letTimePass(7 * 86_400 + 1)
    const { sent, mailer } = recorder()
    await sendQueuedMail(ctx(), mailer, 10)
    expect(sent).toEqual([])
    expect(await states()).toEqual(['void'])
  })

  it('is for the system alone', async () => {
    const { owner } = await openTestAccount(suite.db, { now })
    await expect(
      sendQueuedMail(testContext({ db: suite.db, actor: owner }), recorder().mailer, 1),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })
})
