import { describe, expect, test } from 'vitest'
import {
  AMPLE,
  CHECKOUT,
  CREATE_KEY,
  READ,
  codeOf,
  outcomes,
  slow,
  unknownKey,
  useIdentification,
} from '@/lib/testing/use-identification'
import { hashSessionToken, type Credential } from './credential'
import { identify } from './identify'
import { FAILED_AUTHENTICATIONS, SENSITIVE_ACTIONS, type Limit } from './limits'

const { suite, caller, ask, addKey, addSession } = useIdentification()

describe('the limits', () => {
  test('let exactly as many of 40 racing requests through as the bucket holds', async () => {
    const key = await addKey()
    const asked = Array.from({ length: 40 }, () => ask(key, slow(10)))
    expect(await outcomes(asked)).toEqual({ ok: 10, rate_limited: 30 })
  })

  test('tell each of those who are too many when to come back', async () => {
    const key = await addKey()
    const everyTenSeconds: Limit = { perMinute: 6, burst: 3 }
    const asked = Array.from({ length: 9 }, () => ask(key, everyTenSeconds))
    const refused = (await Promise.allSettled(asked)).flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    )
    expect(refused).toHaveLength(6)
    for (const reason of refused)
      expect(reason).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 10 })
  })

  test('of a bucket give those who ask together what they would give them one by one', async () => {
    const perMinute = 0.001
    for (const burst of [1, 4, 10]) {
      let left = burst
      for (const wanted of [1, 3, 5, 2, 1, 7]) {
        const [taken] = await suite.db.sql`
          select granted, wait_seconds from take_up_to(${`together-${String(burst)}`}, ${perMinute}, ${burst}, ${wanted})`
        const granted = Math.min(wanted, left)
        left -= granted
        expect(taken).toEqual({
          granted,
          wait_seconds: granted === wanted ? null : (expect.any(Number) as number),
        })
      }
    }
  })

  test('let no more through however those who ask together and those who ask alone race for them', async () => {
    const wanted = Array.from({ length: 40 }, (_, turn) => (turn % 4) + 1)
    const taken = await Promise.all(
      wanted.map(
        (count) => suite.db.sql<{ granted: number; wait: number | null }[]>`
          select granted, wait_seconds as wait from take_up_to('raced', 0.001, 50, ${count})`,
      ),
    )
    expect(taken.flat().reduce((sum, { granted }) => sum + granted, 0)).toBe(50)
    for (const [index, [answer]] of taken.entries()) {
      expect(answer?.wait === null).toBe(answer?.granted === wanted[index])
    }
  })

  test('let exactly as many through as the bucket holds where two keys of an account race', async () => {
    const keys = [await addKey(), await addKey()] as const
    const asked = Array.from({ length: 40 }, (_, turn) => ask(keys[turn % 2 === 0 ? 0 : 1], slow(10)))
    expect(await outcomes(asked)).toEqual({ ok: 10, rate_limited: 30 })
  })

  test('are shared by all keys of an account, and by nobody else', async () => {
    const [one, two, session] = [await addKey(), await addKey(), await addSession()]
    await Promise.all([ask(one, slow(2)), ask(two, slow(2))])
    expect(await codeOf(ask(one, slow(2)))).toBe('rate_limited')
    expect(await codeOf(ask(session, slow(2)))).toBe('ok')
  })

  test('say after how many seconds to come back', async () => {
    const key = await addKey()
    const everyTenSeconds: Limit = { perMinute: 6, burst: 1 }
    await ask(key, everyTenSeconds)
    await expect(ask(key, everyTenSeconds)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: 10,
    })
  })

  test('refill as time goes by', async () => {
    const key = await addKey()
    await ask(key, slow(1))
    expect(await codeOf(ask(key, slow(1)))).toBe('rate_limited')
    await suite.db.sql`
      update rate_limit set full_at = clock_timestamp() where bucket = ${`account:${caller.accountId}`}`
    expect(await codeOf(ask(key, slow(1)))).toBe('ok')
  })

  test('of a sensitive action end before those of the caller', async () => {
    const key = await addKey({ scopes: ['billing:read', 'billing:write'] })
    const { burst } = SENSITIVE_ACTIONS.checkout
    const asked = Array.from({ length: burst + 5 }, () => ask(key, AMPLE, CHECKOUT))
    expect(await outcomes(asked)).toEqual({ ok: burst, rate_limited: 5 })
    expect(await codeOf(ask(key, AMPLE))).toBe('ok')
    expect(await codeOf(ask(await addSession(), AMPLE, CREATE_KEY))).toBe('ok')
  })

  test('of live reads at the provider are one account’s: it has half a minute’s at once', async () => {
    const [key, session] = [await addKey(), await addSession()]
    const asked = Array.from({ length: 40 }, (_, turn) => ask(turn % 2 ? key : session, AMPLE, READ))
    expect(await outcomes(asked)).toEqual({ ok: 30, rate_limited: 10 })
  })

  test('of a sensitive action are told to who can do without it, and those of the caller refused all the same', async () => {
    const session = await addSession()
    const tell = (requests = AMPLE) => ask(session, requests, READ, 'tell')
    const waits = await Promise.all(Array.from({ length: 40 }, async () => (await tell()).actionWaitSeconds))
    expect(waits.filter((wait) => wait === null)).toHaveLength(30)
    for (const wait of waits) if (wait !== null) expect(wait).toBeGreaterThanOrEqual(1)
    expect(await tell()).toMatchObject({
      actor: { accountId: caller.accountId },
      person: { id: caller.userId },
    })
    expect(await codeOf(ask(session, AMPLE, READ))).toBe('rate_limited')
    expect((await ask(session)).actionWaitSeconds).toBeNull()
    await codeOf(tell(slow(1)))
    expect(await codeOf(tell(slow(1)))).toBe('rate_limited')
  })

  test('of a sensitive action are not spent by who may not take it', async () => {
    const [key, session] = [await addKey(), await addSession()]
    await suite.db.sql`update member set role = 'viewer' where user_id = ${caller.userId}`
    for (const credential of [key, session]) {
      const asked = Array.from({ length: 40 }, () => ask(credential, AMPLE, CHECKOUT))
      expect(await outcomes(asked)).toEqual({ ok: 40 })
    }
    await suite.db.sql`update member set role = 'billing' where user_id = ${caller.userId}`
    expect(await codeOf(ask(session, AMPLE, CHECKOUT))).toBe('ok')
  })

  test('turn a page’s visitor with an old cookie away as nobody, and a customer who asks too often not', async () => {
    const visit = (credential: Credential, requests: Limit) =>
      codeOf(
        identify(suite.db, {
          credential,
          organisation: null,
          view: 'GET /billing',
          client: caller.client,
          requests,
          action: null,
          strangers: 'unauthenticated',
        }),
      )
    const old = await addSession('-1 second')
    const visits = Array.from({ length: FAILED_AUTHENTICATIONS.burst + 10 }, () => visit(old, AMPLE))
    expect(new Set(await Promise.all(visits))).toEqual(new Set(['unauthenticated']))
    const session = await addSession()
    await visit(session, slow(1))
    expect(await visit(session, slow(1))).toBe('rate_limited')
  })

  test('turn failures of one client into 429, while its good credential still works', async () => {
    const session: Credential = { kind: 'session', hash: hashSessionToken('nobody') }
    for (const bad of [session, unknownKey()]) {
      const asked = Array.from({ length: FAILED_AUTHENTICATIONS.burst + 10 }, () => ask(bad))
      expect(await outcomes(asked)).toEqual({
        unauthenticated: FAILED_AUTHENTICATIONS.burst,
        rate_limited: 10,
      })
      expect(await codeOf(ask(await addKey()))).toBe('ok')
      caller.client = `${caller.client}-other`
      expect(await codeOf(ask(bad))).toBe('unauthenticated')
      caller.client = `${caller.client}-third`
    }
  })
})
