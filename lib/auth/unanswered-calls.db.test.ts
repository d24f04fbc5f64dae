import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashedSessionAdapter } from './hashed-sessions'
import { checkPassword } from '@/lib/core/accounts/check-password'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { listApiKeys } from '@/lib/core/api-keys/list-api-keys'
import { revokeApiKey } from '@/lib/core/api-keys/revoke-api-key'
import { getBalance } from '@/lib/core/ledger/get-balance'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { startTcpProxy, type TcpProxy } from '@/lib/testing/start-tcp-proxy'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { openDatabase, type Database } from '@/lib/db/client'

const suite = useTestDatabase()
const PEPPER = 'a pepper of at least 32 characters'

let wire: TcpProxy
/** The application's role, over a wire that can be made to fail. */
let db: Database
let account: TestAccount
let userId: string

beforeAll(async () => {
  const url = new URL(suite.appUrl)
  wire = await startTcpProxy(Number(url.port))
  url.host = `127.0.0.1:${wire.port}`
  db = openDatabase(url.href, { poolSize: 6, applicationName: 'wired' })
  account = await openTestAccount(suite.db)
  userId = account.owner.kind === 'user' ? account.owner.userId : ''
})

beforeEach(async () => {
  await wire.setMode('pass')
  // Connections stand before the wire fails.
  await Promise.all(Array.from({ length: 6 }, () => db.sql`select pg_sleep(0.05)`))
})

afterAll(async () => {
  await wire.close()
  await db.close()
})

const asOwner = () => testContext({ db, actor: account.owner })
const newKey = (name: string) => createApiKey(asOwner(), { name, pepper: PEPPER })
const newSession = (sessionToken: string) =>
  hashedSessionAdapter(db).createSession?.({
    sessionToken,
    userId,
    expires: new Date(Date.now() + 60_000),
  })

test('a call that is never answered is given up in time, whichever it is', async () => {
  const sessions = hashedSessionAdapter(db)
  await wire.setMode('stall')
  const calls: Record<string, unknown> = {
    checkPassword: checkPassword(testContext({ db, actor: SYSTEM }), {
      email: account.email,
      password: 'a password',
    }),
    createApiKey: newKey('unanswered'),
    listApiKeys: listApiKeys(asOwner()),
    revokeApiKey: revokeApiKey(asOwner(), 'key_none'),
    getBalance: getBalance(db, account.accountId, new Date()),
    createSession: newSession('unanswered'),
    getSessionAndUser: sessions.getSessionAndUser?.('unanswered'),
    deleteSession: sessions.deleteSession?.('unanswered'),
  }
  const patience = new Promise((resolve) => setTimeout(resolve, 15_000, 'waited for ever'))
  const ends = await Promise.all(
    Object.entries(calls).map(async ([name, call]) => [
      name,
      await Promise.race([call, patience]).catch((error: unknown) => error),
    ]),
  )
  for (const [name, end] of ends) expect(end, String(name)).toMatchObject({ code: 'database_unavailable' })
}, 30_000)

describe('a write whose answer is lost', () => {
  /** Begins while answers get lost, and goes on when one was. */
  async function afterLosing<T>(begin: () => T): Promise<Awaited<T>> {
    const before = wire.answersLost()
    await wire.setMode('lose-answers')
    const begun = begin()
    await expect.poll(() => wire.answersLost(), { interval: 5 }).toBeGreaterThan(before)
    await wire.setMode('pass')
    return await begun
  }

  test('makes one API key', async () => {
    const { id } = await afterLosing(() => newKey('lost'))
    const rows = await suite.db.sql`select id from api_key where name = 'lost'`
    expect([...rows]).toEqual([{ id }])
  })

  test('makes one session, which ends when it is told to', async () => {
    await afterLosing(() => newSession('lost'))
    const sessions = hashedSessionAdapter(db)
    expect(await sessions.getSessionAndUser?.('lost')).toMatchObject({
      user: { id: userId, email: account.email },
      session: { sessionToken: 'lost', userId, expires: expect.any(Date) },
    })
    await afterLosing(() => sessions.deleteSession?.('lost'))
    expect(await sessions.getSessionAndUser?.('lost')).toBeNull()
  })
})
