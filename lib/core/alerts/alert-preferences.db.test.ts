import { describe, expect, it } from 'vitest'
import { openDatabase } from '@/lib/db/client'
import { usd, usdFromCents, ZERO } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { memberActor, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { getAlertPreferences } from './get-alert-preferences'
import { getLowBalanceThreshold } from './get-low-balance-threshold'
import { updateAlertPreferences } from './update-alert-preferences'

const suite = useTestDatabase()
const contextOf = (account: TestAccount) => testContext({ db: suite.db, actor: account.owner })
const OFF = { lowBalanceThreshold: null, muted: [] }

describe('the preferences', () => {
  it('are everything but a low balance, until somebody says what is low', async () => {
    const account = await openTestAccount(suite.db)
    expect(await getAlertPreferences(contextOf(account))).toEqual(OFF)
  })

  it('are kept, changed and taken back', async () => {
    const ctx = contextOf(await openTestAccount(suite.db))
    for (const preferences of [
      { lowBalanceThreshold: usdFromCents(500), muted: ['renewal', 'low-balance'] },
      { lowBalanceThreshold: ZERO, muted: ['expiring-card', 'failed-payment'] },
      OFF,
    ] as const) {
      await updateAlertPreferences(ctx, preferences)
      expect(await getAlertPreferences(ctx)).toEqual(preferences)
      expect(await getLowBalanceThreshold(ctx)).toEqual(preferences.lowBalanceThreshold)
    }
  })

  it('share the threshold among the members, and not the switches', async () => {
    const account = await openTestAccount(suite.db)
    const other = await openTestAccount(suite.db)
    const colleague = other.owner.kind === 'user' ? other.owner.userId : ''
    await suite.db.sql`
      insert into member (account_id, user_id, role) values (${account.accountId}, ${colleague}, 'billing')`
    await updateAlertPreferences(contextOf(account), {
      lowBalanceThreshold: usdFromCents(500),
      muted: ['renewal'],
    })
    const actor = memberActor(account.accountId, colleague, 'billing')
    expect(await getAlertPreferences(testContext({ db: suite.db, actor }))).toEqual({
      lowBalanceThreshold: usdFromCents(500),
      muted: [],
    })
    expect(await getAlertPreferences(contextOf(other))).toEqual(OFF)
  })

  it.each([
    ['below zero', usd(-1n)],
    ['above what a posting can be', usdFromCents(100_000_001)],
  ])('know no threshold %s', async (_what, lowBalanceThreshold) => {
    const ctx = contextOf(await openTestAccount(suite.db))
    await expect(updateAlertPreferences(ctx, { lowBalanceThreshold, muted: [] })).rejects.toMatchObject({
      code: 'invalid_input',
      fields: { fieldErrors: { threshold: [expect.any(String)] } },
    })
    expect(await getAlertPreferences(ctx)).toEqual(OFF)
  })

  it('are set by members who may pay, and by no program', async () => {
    const account = await openTestAccount(suite.db)
    for (const actor of [memberActor(account.accountId, 'u', 'viewer'), account.program]) {
      await expect(updateAlertPreferences(testContext({ db: suite.db, actor }), OFF)).rejects.toMatchObject({
        code: 'forbidden',
      })
    }
  })

  it('can be read by a program and by an impersonator, whose handle cannot write', async () => {
    const account = await openTestAccount(suite.db)
    await updateAlertPreferences(contextOf(account), { lowBalanceThreshold: ZERO, muted: ['renewal'] })
    const db = openDatabase(suite.readonlyUrl, { poolSize: 1, applicationName: 'test' })
    const impersonator = {
      kind: 'impersonator',
      staffUserId: 's',
      reason: 'a call',
      accountId: account.accountId,
      scopes: ['billing:read'],
    } as const
    for (const ctx of [
      testContext({ db, actor: impersonator }),
      testContext({ db: suite.db, actor: account.program }),
    ]) {
      expect(await getAlertPreferences(ctx)).toEqual({ lowBalanceThreshold: ZERO, muted: [] })
    }
    await db.close()
  })
})
