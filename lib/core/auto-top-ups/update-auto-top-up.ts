import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { BillingError } from '@/lib/kit/errors'
import { actorName, requireScope } from '../actor'
import type { Context } from '../context'
import { listPaymentMethods } from '../payment-methods/list-payment-methods'
import type { PurchaseResult } from '../purchases/read-purchase'
import type { AutoTopUp, AutoTopUpPatch, AutoTopUpSettings } from './auto-top-up'
import { decideSettings } from './decide-settings'
import { readAutoTopUp, type StoredAutoTopUp } from './read-auto-top-up'
import { nextScheduledDay } from './scheduled-day'
import { topUpAccount } from './top-up-account'

export type UpdatedAutoTopUp = AutoTopUp &
  Readonly<{
    /** What a balance below the threshold led to at once; null where it led to nothing. */
    topUp: PurchaseResult | null
  }>

/** Another change may come between; more often than this it does not. */
const TRIES_MAX = 5

/**
 * Changes what is given and keeps the rest. What switches it on asks whether there is a saved payment method to charge,
 * and where the balance is below the threshold by then, charges it before this answers; how that went, the answer and the
 * history say.
 * @throws BillingError `invalid_input`, `payment_method_not_found`, `payment_method_missing`,
 * `payment_provider_unavailable`, `conflict`, `database_unavailable`
 */
export async function updateAutoTopUp(ctx: Context, patch: AutoTopUpPatch): Promise<UpdatedAutoTopUp> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const now = ctx.now()
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const stored = await readAutoTopUp(ctx.db, accountId, now)
    const settings = decide(stored, patch)
    const change = { settings, stored, by: actorName(ctx.actor), now }
    if (startsAfresh(stored, settings)) await requireMethod(ctx, settings)
    if (!(await write(ctx.db, accountId, change))) continue
    const topUp = settings.enabled ? await topUpAccount(ctx, { accountId, trigger: 'threshold' }) : null
    const after = await readAutoTopUp(ctx.db, accountId, now)
    return { ...after, dailyLimit: ctx.limits.autoTopUpPerDay, topUp }
  }
  throw new BillingError('conflict', 'The settings are being changed by someone else. Try again.')
}

function decide(stored: StoredAutoTopUp, patch: AutoTopUpPatch): AutoTopUpSettings {
  const decision = decideSettings(stored, patch)
  if (decision.kind === 'settings') return decision.settings
  throw new BillingError('invalid_input', 'The settings are not valid', {
    fields: { formErrors: [], fieldErrors: decision.fieldErrors },
  })
}

/** It is switched on, or pays with something else from now on: what failed before says nothing any more. */
function startsAfresh(before: AutoTopUpSettings, after: AutoTopUpSettings): boolean {
  const paysOtherwise = before.paymentMethodId !== after.paymentMethodId
  return (after.enabled && !before.enabled) || paysOtherwise
}

/** The one that is named must be saved; where none is, and it is on, there must be a default. */
async function requireMethod(ctx: Context, { enabled, paymentMethodId }: AutoTopUpSettings): Promise<void> {
  if (!enabled && paymentMethodId === null) return
  const methods = await listPaymentMethods(ctx)
  if (paymentMethodId !== null && !methods.some(({ id }) => id === paymentMethodId)) {
    throw new BillingError('payment_method_not_found', 'No such payment method.')
  }
  if (paymentMethodId === null && !methods.some(({ isDefault }) => isDefault)) {
    throw new BillingError('payment_method_missing', 'There is no saved payment method to charge.')
  }
}

type Change = Readonly<{ settings: AutoTopUpSettings; stored: StoredAutoTopUp; by: string; now: Instant }>

async function write(db: Database, accountId: bigint, change: Change): Promise<boolean> {
  const { settings, stored } = change
  const [row] = await callDatabase(
    db,
    (sql) => sql<{ written: boolean }[]>`
      select write_auto_top_up(
        ${accountId}, ${stored.version}, ${settings.enabled}, ${settings.threshold?.micros ?? null},
        ${settings.amount?.micros ?? null}, ${settings.scheduledEnabled}, ${settings.scheduledAmount?.micros ?? null},
        ${settings.dayOfMonth}, ${settings.paymentMethodId}, ${settings.monthlyCap?.micros ?? null}, ${settings.quantity},
        ${scheduleAfter(change)}, ${startsAfresh(stored, settings)}, ${change.by}, ${change.now}) as written`,
  )
  return row?.written === true
}

/** The day that is due next stays as long as the schedule does; one that begins anew begins with its next day. */
function scheduleAfter({ settings, stored, now }: Change): string | null {
  const { enabled, scheduledEnabled, dayOfMonth } = settings
  if (!enabled || !scheduledEnabled || dayOfMonth === null) return null
  const goesOn = stored.nextScheduledOn !== null && stored.dayOfMonth === dayOfMonth
  return goesOn ? stored.nextScheduledOn : nextScheduledDay(dayOfMonth, now)
}
