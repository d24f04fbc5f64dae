import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IMPERSONATOR_SCOPES, type Actor } from '@/lib/core/actor'
import { openDatabase, type Database } from '@/lib/db/client'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { listActivity } from '../activity/list-activity'
import { getAlertPreferences } from '../alerts/get-alert-preferences'
import { getAllowance } from '../allowance/get-allowance'
import { listApiKeys } from '../api-keys/list-api-keys'
import { getAutoTopUp } from '../auto-top-ups/get-auto-top-up'
import { listAutoTopUpHistory } from '../auto-top-ups/list-auto-top-up-history'
import type { Context } from '../context'
import { getPaymentTrouble } from '../disputes/get-payment-trouble'
import { listInvitations } from '../members/list-invitations'
import { listMembers } from '../members/list-members'
import { listMembershipEvents } from '../members/list-membership-events'
import { getNumberPlans } from '../numbers/get-number-plans'
import { listNumbers } from '../numbers/list-numbers'
import { getOrganisation } from '../organisations/get-organisation'
import { listOpenPurchases } from '../purchases/list-open-purchases'
import { getMatched } from '../reconciliation/get-matched'
import { getRunningOut } from '../running-out/get-running-out'
import { getSubscriptionPlan } from '../subscriptions/get-subscription-plan'
import { getUsageByDay } from '../usage/get-usage-by-day'
import { getWallet } from '../wallets/get-wallet'
import { listLooks } from './list-looks'

/** What the pages of an account read of our own database. A role that may only read must be let read all of it. */
const READS: readonly (readonly [string, (ctx: Context) => Promise<unknown>])[] = [
  ['the balance', getWallet],
  ['numbers', listNumbers],
  ['who pays for numbers', getNumberPlans],
  ['the days of grace', getRunningOut],
  ['the subscription', getSubscriptionPlan],
  ['the allowance', getAllowance],
  ['open purchases', listOpenPurchases],
  ['refunds and disputes', getPaymentTrouble],
  ['how far all is matched', getMatched],
  ['the activity', (ctx) => listActivity(ctx, { filter: 'all', limit: 20, cursor: null })],
  ['usage', (ctx) => getUsageByDay(ctx, { from: '2026-03-01', to: '2026-03-30' })],
  ['automatic top-up', getAutoTopUp],
  ['what it charged', (ctx) => listAutoTopUpHistory(ctx, { page: 1, perPage: 20 })],
  ['what is told by mail', getAlertPreferences],
  ['API keys', listApiKeys],
  ['the organisation', getOrganisation],
  ['members', async (ctx) => (await listMembers(ctx)).map(({ email, role }) => [email, role])],
  ['invitations', listInvitations],
  ['what was done to members', listMembershipEvents],
  ['who looked in', (ctx) => listLooks(ctx, null)],
]

const suite = useTestDatabase()
const NOW = new Date('2026-03-30T10:00:00Z')
let readOnly: Database
let owner: Extract<Actor, { kind: 'user' }>

beforeAll(async () => {
  readOnly = openDatabase(suite.readonlyUrl, { poolSize: 2, applicationName: 'test' })
  const opened = (await openTestAccount(suite.db, { welcomeCents: 500, now: NOW })).owner
  if (opened.kind !== 'user') throw new Error('an owner is a person')
  owner = opened
})
afterAll(() => readOnly.close())

describe('staff who look into an account read, by a role that cannot write, what its owner reads of', () => {
  it.each(READS)('%s', async (_what, read) => {
    const { accountId } = owner
    const scopes = IMPERSONATOR_SCOPES
    const look: Actor = { kind: 'impersonator', staffUserId: owner.userId, reason: 'test', accountId, scopes }
    const theirs = await read(testContext({ db: suite.db, actor: owner, now: NOW }))
    expect(await read(testContext({ db: readOnly, actor: look, now: NOW }))).toEqual(theirs)
  })
})
