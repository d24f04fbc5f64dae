import { beforeEach, describe, expect, it } from 'vitest'
import { listAsked } from './list-asked'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { addStaff, type StaffActor } from '@/lib/testing/staff'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { usdFromCents } from '@/lib/kit/money'
import { scheduleJobs } from '@/lib/jobs/claim-job'
import { acceptDifference } from './accept-difference'
import { askReconciliation } from './ask-reconciliation'
import { getMatched } from './get-matched'
import { getReconciliation } from './get-reconciliation'
import { noteAgreement, noteDifference } from './note-difference'

const database = useTestDatabase()
const NOW = new Date('2027-03-01T12:00:00Z')
const NOTE = 'Paid back by bank transfer.'

let staff: StaffActor
let accountId: bigint
let owner: Awaited<ReturnType<typeof openTestAccount>>['owner']

beforeEach(async () => {
  staff = await addStaff(database.db)
  const account = await openTestAccount(database.db)
  accountId = account.accountId
  owner = account.owner
})

const system = () => testContext({ db: database.db, actor: SYSTEM, now: NOW })
const asStaff = () => testContext({ db: database.db, actor: staff, now: NOW })

async function differ(
  objectId: string,
  cents = 500,
  kind: 'missing_at_provider' | 'not_ours' = 'missing_at_provider',
) {
  await noteDifference(system(), {
    object: 'invoice',
    objectId,
    accountId,
    kind,
    atProvider: null,
    inBooks: usdFromCents(cents),
    reason: null,
  })
}

const openOf = async (objectId: string) =>
  (await getReconciliation(asStaff())).differences.filter((difference) => difference.objectId === objectId)

const audited = (target: string) => database.db.sql`
  select actor, staff_user_id, account_id, action, reason from audit_event where target = ${target} order by id`

describe('a difference', () => {
  it('is one row for as long as it is open, and keeps when it was first seen', async () => {
    await differ('in_again', 500)
    const [first] = await openOf('in_again')
    await differ('in_again', 600)
    expect(await openOf('in_again')).toMatchObject([
      { id: first?.id, firstSeenAt: first?.firstSeenAt, inBooks: usdFromCents(600), atProvider: null },
    ])
  })

  it('that agrees again is closed, and is a new one should it come back', async () => {
    await differ('in_back')
    await noteAgreement(system(), 'invoice', { objectId: 'in_back', isRepaired: false })
    expect(await openOf('in_back')).toEqual([])
    await differ('in_back')
    expect(await openOf('in_back')).toHaveLength(1)
  })

  it('that was put right is in the audit log of the account', async () => {
    await differ('in_repaired')
    await noteAgreement(system(), 'invoice', { objectId: 'in_repaired', isRepaired: true })
    expect(await audited('in_repaired')).toMatchObject([
      { actor: 'system', account_id: accountId, action: 'reconciliation.repaired' },
    ])
  })

  it('counts for its own account alone, unless it is money that nobody here asked for', async () => {
    await differ('in_own')
    await differ('in_unasked', 500, 'not_ours')
    const context = (actor: typeof owner) => testContext({ db: database.db, actor, now: NOW })
    expect(await getMatched(context(owner))).toMatchObject({ differences: 1 })
    const other = await openTestAccount(database.db)
    expect(await getMatched(context(other.owner))).toMatchObject({ differences: 0 })
  })
})

describe('acceptDifference', () => {
  it('closes it with the reason, and it is not told again while it stays as it is', async () => {
    await differ('in_accepted')
    const [open] = await openOf('in_accepted')
    await acceptDifference(asStaff(), { id: open?.id ?? 0n, note: NOTE })
    await differ('in_accepted')
    expect(await openOf('in_accepted')).toEqual([])
    expect(await audited('in_accepted')).toMatchObject([
      { staff_user_id: staff.userId, account_id: accountId, action: 'reconciliation.accepted', reason: NOTE },
    ])
    await differ('in_accepted', 700)
    expect(await openOf('in_accepted')).toMatchObject([{ inBooks: usdFromCents(700) }])
  })

  it('knows none that is closed, or that there never was', async () => {
    await differ('in_closed')
    const [open] = await openOf('in_closed')
    await noteAgreement(system(), 'invoice', { objectId: 'in_closed', isRepaired: false })
    for (const id of [open?.id ?? 0n, 999_999n]) {
      await expect(acceptDifference(asStaff(), { id, note: NOTE })).rejects.toMatchObject({
        code: 'not_found',
      })
    }
  })

  it('is for staff who may write', async () => {
    const reader = testContext({ db: database.db, actor: { ...staff, scopes: ['staff:read'] } })
    await expect(acceptDifference(reader, { id: 1n, note: NOTE })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('how far all is compared', () => {
  const compared = async (id: string, since: Date) => {
    await database.db.sql`select begin_reconciliation(${id}, ${since}, ${NOW}, 'system')`
    await database.db.sql`select finish_reconciliation(${id}, 0, 0, 0, 0, null)`
    return (await getMatched(testContext({ db: database.db, actor: owner, now: NOW }))).until
  }

  it('is told only once a comparison has begun where the orders did', async () => {
    const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000)
    expect(await compared('rec_of_nothing', hoursAgo(1))).toBeNull()
    await database.db.sql`
      insert into credit_order (id, account_id, stripe_customer_id, livemode, requested_by, created_at)
      values ('ord_first', ${accountId}, 'cus_first', false, 'user:test', ${hoursAgo(48)})`
    expect(await compared('rec_late', hoursAgo(1))).toBeNull()
    expect(await compared('rec_whole', hoursAgo(50))).toEqual(NOW)
  })
})

describe('askReconciliation', () => {
  it('leaves the span to the worker, which is to begin at once', async () => {
    await scheduleJobs(database.db)
    await database.db.sql`update recurring_job set due_at = now() + interval '1 hour'`
    await askReconciliation(asStaff(), { hours: 24 })
    expect(await listAsked(system())).toMatchObject([{ since: new Date('2027-02-28T12:00:00Z'), until: NOW }])
    expect(await database.db.sql`select name from recurring_job where due_at <= clock_timestamp()`).toEqual([
      { name: 'reconcile-books' },
    ])
    const [asked] = (await getReconciliation(asStaff())).comparisons
    expect(asked).toMatchObject({ state: 'asked', requestedBy: `staff:${staff.userId}` })
    expect(await audited(asked?.id ?? '')).toMatchObject([
      { action: 'reconciliation.run', staff_user_id: staff.userId },
    ])
  })
})
