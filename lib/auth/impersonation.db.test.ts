import postgres from 'postgres'
import { beforeEach, describe, expect, test } from 'vitest'
import { IMPERSONATOR_SCOPES, STAFF_SCOPES } from '@/lib/core/actor'
import { admitStaff } from '@/lib/core/impersonation/admit-staff'
import { startImpersonation } from '@/lib/core/impersonation/start-impersonation'
import { stopImpersonation } from '@/lib/core/impersonation/stop-impersonation'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { SYSTEM, testContext, type memberActor } from '@/lib/testing/test-context'
import { AMPLE, codeOf, outcomes, READ, slow, useIdentification } from '@/lib/testing/use-identification'
import { hashSessionToken, type Credential } from './credential'
import { identify } from './identify'
import { setStaff } from '@/lib/testing/staff'

const { suite, caller, ask, askFor, addSession, addOrganisation, addToken } = useIdentification()

const NOW = new Date('2027-03-01T10:00:00Z')
const UNLIMITED = { organisation: null, requests: null, action: null, strangers: 'rate_limited' } as const
const REASON = 'A customer asked about invoice 17'
const sql = () => suite.db.sql

let serial = 0
let accountId: bigint
let owner: ReturnType<typeof memberActor>
let session: Credential

beforeEach(async () => {
  await setStaff(suite.db, caller.userId, true)
  const account = await openTestAccount(suite.db)
  if (account.owner.kind !== 'user') throw new Error('an owner is a person')
  owner = account.owner
  accountId = account.accountId
  session = await addSession()
})

const nextHash = () => hashSessionToken(`next-${String((serial += 1))}`)
const staff = () => ({ kind: 'staff', userId: caller.userId, scopes: STAFF_SCOPES }) as const
const as = (actor: Parameters<typeof testContext>[0]['actor']) =>
  testContext({ db: suite.db, actor, now: NOW })

/** Looks into the account with the session: the credential that the browser has from then on. */
async function start(from = session, into = accountId): Promise<Credential> {
  const nextSessionHash = nextHash()
  const input = { accountId: into, reason: REASON, sessionHash: from.hash, nextSessionHash }
  await startImpersonation(as(staff()), input)
  return { kind: 'session', hash: nextSessionHash }
}

async function stop(look: Credential): Promise<Credential> {
  const hash = nextHash()
  await stopImpersonation(as(SYSTEM), { sessionHash: look.hash, nextSessionHash: hash })
  return { kind: 'session', hash }
}

const looks = async () =>
  sql()<{ reason: string; ended_by: string | null; minutes: number }[]>`
    select reason, ended_by, round(extract(epoch from expires_at - started_at) / 60)::int as minutes
      from impersonation where account_id = ${accountId} order by id`
const views = async () =>
  sql()<{ method: string; path: string }[]>`
    select view.method, view.path from access_view as view join impersonation as look on look.id = view.impersonation_id
      where look.account_id = ${accountId} order by view.id`

async function passTime(): Promise<void> {
  const tables = postgres(suite.ownerUrl, { max: 1 })
  await tables`
    update impersonation set started_at = started_at - interval '30 minutes', expires_at = expires_at - interval '30 minutes'
      where account_id = ${String(accountId)}`
  await tables.end()
}

describe('a look of staff into an account', () => {
  test('reads what the customer reads, and nothing else', async () => {
    const look = await start()
    const { actor, accountName, person, impersonation } = await ask(look)
    const [account] = await sql()<{ name: string }[]>`select name from account where id = ${accountId}`
    expect(actor).toEqual({
      kind: 'impersonator',
      staffUserId: caller.userId,
      reason: REASON,
      accountId,
      scopes: IMPERSONATOR_SCOPES,
    })
    expect({ accountName, email: person?.email }).toEqual({ accountName: account?.name, email: caller.email })
    expect(impersonation?.reason).toBe(REASON)
    expect(impersonation?.secondsLeft).toBeGreaterThan(29 * 60)
    expect(impersonation?.secondsLeft).toBeLessThanOrEqual(30 * 60)
    expect(await looks()).toEqual([{ reason: REASON, ended_by: null, minutes: 30 }])
  })

  test('goes on under another token, at its beginning and at its end', async () => {
    const look = await start()
    expect(await codeOf(ask(session))).toBe('unauthenticated')
    const after = await stop(look)
    expect(await codeOf(ask(look))).toBe('unauthenticated')
    expect((await ask(after)).actor).toMatchObject({ kind: 'user', accountId: caller.accountId })
    expect(await looks()).toMatchObject([{ ended_by: 'stopped' }])
  })

  test('begins once and ends once, however often either is called', async () => {
    const nextSessionHash = nextHash()
    const input = { accountId, reason: REASON, sessionHash: session.hash, nextSessionHash }
    const ctx = as(staff())
    const calls = await Promise.all(Array.from({ length: 10 }, () => startImpersonation(ctx, input)))
    expect(new Set(calls.map(({ expires }) => expires.getTime())).size).toBe(1)
    const swap = { sessionHash: nextSessionHash, nextSessionHash: nextHash() }
    const ends = await Promise.all(Array.from({ length: 10 }, () => stopImpersonation(as(SYSTEM), swap)))
    expect(ends.filter((end) => end === null)).toEqual([])
    expect(ends.filter((end) => end?.accountId === accountId)).toHaveLength(1)
    expect(await looks()).toHaveLength(1)
    const acts = await sql()<{ action: string; actor: string; reason: string }[]>`
      select action, actor, reason from audit_event where account_id = ${accountId} and action like 'impersonation.%' order by id`
    expect(acts.map(({ action, actor, reason }) => [action, actor, reason])).toEqual([
      ['impersonation.started', `staff:${caller.userId}`, REASON],
      ['impersonation.ended', `staff:${caller.userId}`, REASON],
    ])
  })

  test('leaves behind every request, and a token or key of anybody none', async () => {
    const look = await start()
    for (const view of ['GET /billing', 'GET /api/v1/billing', 'POST /billing']) {
      await identify(suite.db, { ...UNLIMITED, credential: look, client: caller.client, view })
    }
    await ask(await addToken())
    expect(await views()).toEqual([
      { method: 'GET', path: '/billing' },
      { method: 'GET', path: '/api/v1/billing' },
      { method: 'POST', path: '/billing' },
    ])
  })

  test('is told to who pays for the account, unless they do not want to hear of it', async () => {
    const mails = () => sql()<{ template: string; reason: string; staff: string }[]>`
      select template, data ->> 'reason' as reason, data ->> 'staff' as staff from mail where account_id = ${accountId}`
    await stop(await start())
    expect(await mails()).toEqual([{ template: 'staff-access', reason: REASON, staff: 'Ada' }])
    await sql()`
      insert into alert_preference (account_id, user_id, muted) values (${accountId}, ${owner.userId}, ${['staff-access']})`
    await start(await addSession())
    expect(await mails()).toHaveLength(1)
  })

  test('takes nothing from the customer’s buckets', async () => {
    const look = await start()
    const asked = Array.from({ length: 35 }, () => ask(look, AMPLE, READ))
    expect(await outcomes(asked)).toEqual({ ok: 30, rate_limited: 5 })
    const buckets = await sql()`
      select bucket from rate_limit where bucket in (${`read-provider:${String(accountId)}`}, ${`user:${owner.userId}`})`
    expect(buckets).toEqual([])
    await ask(look, slow(1))
    expect(await codeOf(ask(look, slow(1)))).toBe('rate_limited')
  })

  test('leaves nothing behind of a request that was one too many to be answered', async () => {
    const look = await start()
    await ask(look, slow(1))
    expect(await outcomes(Array.from({ length: 5 }, () => ask(look, slow(1))))).toEqual({ rate_limited: 5 })
    expect(await views()).toHaveLength(1)
    await ask(look, null)
    expect(await views()).toHaveLength(2)
  })

  test('is of its account alone, whichever organisation is named', async () => {
    const look = await start()
    const [account] = await sql()<{ slug: string }[]>`select slug from account where id = ${accountId}`
    expect((await askFor(account?.slug ?? '', look)).actor).toMatchObject({ kind: 'impersonator', accountId })
    const own = `own-${String((serial += 1))}`
    await addOrganisation(own, 'owner')
    expect(await codeOf(askFor(own, look))).toBe('not_found')
  })
})

describe('nobody looks into', () => {
  const refused = (from?: Credential, into?: bigint) => codeOf(start(from, into))

  test('an account of their own or of a colleague', async () => {
    expect(await refused(session, caller.accountId)).toBe('conflict')
    await setStaff(suite.db, owner.userId, true)
    expect(await refused()).toBe('conflict')
  })

  test('a second account, nor the same one for longer', async () => {
    const other = await openTestAccount(suite.db)
    const look = await start()
    expect(await refused(look, other.accountId)).toBe('conflict')
    expect(await refused(look)).toBe('conflict')
    expect(await looks()).toHaveLength(1)
  })

  test('an account that there is not, or whose owner lets nobody in', async () => {
    expect(await refused(session, 999_999_999n)).toBe('not_found')
    await admitStaff(as(owner), false)
    expect(await refused()).toBe('conflict')
    await admitStaff(as(owner), true)
    expect(await refused()).toBe('ok')
  })

  test('an account without being staff, by a session that is over, or by another’s', async () => {
    expect(await refused(await addSession('-1 second'))).toBe('unauthenticated')
    await setStaff(suite.db, caller.userId, false)
    expect(await refused()).toBe('forbidden')
    const visitor = { accountId, reason: REASON, sessionHash: session.hash, nextSessionHash: nextHash() }
    expect(await codeOf(startImpersonation(as(owner), visitor))).toBe('forbidden')
    const other = { kind: 'staff', userId: owner.userId, scopes: STAFF_SCOPES } as const
    expect(await codeOf(startImpersonation(as(other), visitor))).toBe('unauthenticated')
    expect(await looks()).toEqual([])
  })
})

describe('a look ends at the next request', () => {
  /** A session whose look is over shows nothing until its person goes back, and then what is theirs. */
  async function expectOver(look: Credential, endedBy: string): Promise<void> {
    expect(await codeOf(ask(look))).toBe('unauthenticated')
    expect(await codeOf(ask(look))).toBe('unauthenticated')
    expect(await looks()).toMatchObject([{ ended_by: endedBy }])
    expect(await views()).toEqual([])
    expect((await ask(await stop(look))).actor).toMatchObject({ kind: 'user', userId: caller.userId })
    expect(await looks()).toMatchObject([{ ended_by: endedBy }])
  }

  test('after its time', async () => {
    const look = await start()
    await passTime()
    await expectOver(look, 'expired')
  })

  test('when its person is staff no more', async () => {
    const look = await start()
    await setStaff(suite.db, caller.userId, false)
    await expectOver(look, 'not_staff')
  })

  test('when the owner shuts the door, and opening it again does not bring it back', async () => {
    const look = await start()
    await admitStaff(as(owner), false)
    await admitStaff(as(owner), true)
    await expectOver(look, 'shut_out')
  })

  test('when its person, or a colleague, becomes a member', async () => {
    const look = await start()
    await sql()`insert into member (account_id, user_id, role) values (${accountId}, ${caller.userId}, 'viewer')`
    await expectOver(look, 'of_staff')
  })

  test('when its person signs out', async () => {
    const look = await start()
    await sql()`delete from session where session_token = ${look.hash.toString('hex')}`
    expect(await codeOf(ask(look))).toBe('unauthenticated')
    expect(await looks()).toMatchObject([{ ended_by: 'signed_out' }])
  })

  test('by its time alone, though its person signs out after it', async () => {
    const look = await start()
    await passTime()
    await sql()`delete from session where session_token = ${look.hash.toString('hex')}`
    expect(await looks()).toMatchObject([{ ended_by: 'expired' }])
    const ends = await sql()`
      select actor, details from audit_event where account_id = ${accountId} and action = 'impersonation.ended'`
    expect([...ends]).toEqual([{ actor: 'system', details: { by: 'expired' } }])
  })
})

test('what was looked at is only ever added to', async () => {
  const look = await start()
  await ask(look)
  await expect(sql()`delete from access_view`).rejects.toMatchObject({ code: '42501' })
  await expect(sql()`update impersonation set reason = 'another one'`).rejects.toMatchObject({
    code: '42501',
  })
  await expect(sql()`delete from impersonation`).rejects.toMatchObject({ code: '42501' })
})
