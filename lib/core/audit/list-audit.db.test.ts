import { beforeAll, describe, expect, test } from 'vitest'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { addStaff, type StaffActor } from '@/lib/testing/staff'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { exportAudit } from './export-audit'
import { listAudit } from './list-audit'
import { AUDIT_CSV_HEAD, presentAuditCsv } from './present-audit-csv'
import type { AuditFilter } from './read-audit'
import { recordAudit } from './record-audit'

const suite = useTestDatabase()
const EVERYTHING: AuditFilter = { email: null, accountId: null, action: null, from: null, to: null }
const day = (date: number) => new Date(`2027-03-${String(date).padStart(2, '0')}T12:00:00Z`)

let staff: StaffActor
let account: TestAccount

beforeAll(async () => {
  staff = await addStaff(suite.db)
  account = await openTestAccount(suite.db, { now: day(1) })
  for (let date = 2; date <= 26; date++) {
    const actor = date % 2 === 0 ? account.owner : staff
    const action = date % 3 === 0 ? 'key.created' : 'key.revoked'
    const accountId = date % 5 === 0 ? null : account.accountId
    await recordAudit(suite.db, {
      actor,
      action,
      accountId,
      target: `key_${String(date)}`,
      reason: date === 26 ? '=cmd' : null,
      now: day(date),
    })
  }
})

const ctx = () => testContext({ db: suite.db, actor: staff, now: day(27) })

const targets = async (filter: Partial<AuditFilter>) => {
  const page = await listAudit(ctx(), { filter: { ...EVERYTHING, ...filter }, cursor: null, limit: 100 })
  return page.entries.flatMap(({ target }) => (target?.startsWith('key_') ? Number(target.slice(4)) : []))
}
const dates = Array.from({ length: 25 }, (_, index) => 26 - index)

describe('listAudit', () => {
  test('finds by person, account, action and day, alone and together, newest first', async () => {
    expect(await targets({})).toEqual(dates)
    expect(await targets({ email: account.email })).toEqual(dates.filter((date) => date % 2 === 0))
    expect(await targets({ accountId: account.accountId })).toEqual(dates.filter((date) => date % 5 !== 0))
    expect(await targets({ action: 'key.created' })).toEqual(dates.filter((date) => date % 3 === 0))
    expect(await targets({ from: '2027-03-05', to: '2027-03-07' })).toEqual([7, 6, 5])
    expect(await targets({ email: account.email, action: 'key.created', from: '2027-03-10' })).toEqual([
      24, 18, 12,
    ])
    expect(await targets({ email: 'nobody@example.com' })).toEqual([])
  })

  test('shows every row once over its pages, also of one moment', async () => {
    for (let index = 0; index < 7; index++) {
      const act = { actor: staff, action: 'event.replayed', accountId: null, target: String(index) } as const
      await recordAudit(suite.db, { ...act, now: day(20) })
    }
    const filter = { ...EVERYTHING, action: 'event.replayed' } as const
    const seen: (string | null)[] = []
    let cursor: string | null = null
    do {
      const page = await listAudit(ctx(), { filter, cursor, limit: 3 })
      seen.push(...page.entries.map(({ target }) => target))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(['6', '5', '4', '3', '2', '1', '0'])
  })

  test('begins anew with what is no cursor', async () => {
    const days = [
      '2027-13-99T99:99:99.000000Z~1',
      '2027-02-30T12:00:00.000000Z~1',
      '0000-01-01T00:00:00.000000Z~1',
    ]
    for (const cursor of ['', 'x', ...days, "'; drop table audit_event; --"]) {
      const page = await listAudit(ctx(), { filter: EVERYTHING, cursor, limit: 1 })
      expect(page.entries).toHaveLength(1)
    }
  })

  test('names who did it, and whether as staff', async () => {
    const page = await listAudit(ctx(), {
      filter: { ...EVERYTHING, action: 'key.revoked' },
      cursor: null,
      limit: 2,
    })
    expect(page.entries).toMatchObject([
      { email: account.email, asStaff: false, accountName: 'Ada', reason: '=cmd' },
      { actor: `staff:${staff.userId}`, asStaff: true, accountId: null },
    ])
  })

  test('is for staff only', async () => {
    const request = { filter: EVERYTHING, cursor: null, limit: 1 }
    for (const actor of [account.owner, account.program, SYSTEM]) {
      const asked = listAudit(testContext({ db: suite.db, actor }), request)
      await expect(asked).rejects.toMatchObject({ code: 'forbidden' })
    }
  })
})

describe('exportAudit', () => {
  test('takes all of it as it was, in lines without formulas, and is in the log itself', async () => {
    await suite.db.sql`
      select count(audit('system', null, ${account.accountId}, 'plan.assigned', n::text, null, null, ${day(28)}))
        from generate_series(1, 2300) as n`
    const filter = { ...EVERYTHING, accountId: account.accountId } as const
    const lines: string[] = []
    for await (const page of await exportAudit(ctx(), filter)) lines.push(presentAuditCsv(page))
    const text = lines.join('')
    expect(lines).toHaveLength(3)
    expect(text.split('\r\n')).toHaveLength(2300 + 20 + 1 + 1)
    expect(text).toContain(`key.revoked,key_26,'=cmd,`)
    expect(AUDIT_CSV_HEAD).toContain('id,occurred_at,recorded_at,actor,email')
    const [row] = await suite.db
      .sql`select staff_user_id, account_id from audit_event where action = 'audit.exported'`
    expect(row).toEqual({ staff_user_id: staff.userId, account_id: account.accountId })
  })

  test('is for staff only', async () => {
    const asked = exportAudit(testContext({ db: suite.db, actor: account.owner }), EVERYTHING)
    await expect(asked).rejects.toMatchObject({ code: 'forbidden' })
  })
})
