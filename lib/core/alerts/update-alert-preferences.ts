import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { POSTING_MICROS_MAX } from '@/lib/kit/money'
import { requirePerson, requireScope } from '../actor'
import type { Context } from '../context'
import type { AlertPreferences } from './get-alert-preferences'

/**
 * Sets what the account wants to be told of, and what of it the member who asks does not. A threshold below which the
 * balance is already is told of at once. @throws BillingError `invalid_input` (threshold), `forbidden` for who is no member
 */
export async function updateAlertPreferences(ctx: Context, preferences: AlertPreferences): Promise<void> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const userId = requirePerson(ctx.actor)
  const threshold = preferences.lowBalanceThreshold?.micros ?? null
  if (threshold !== null && (threshold < 0n || threshold > POSTING_MICROS_MAX)) {
    const fieldErrors = { threshold: ['Give an amount from 0 to a million dollars.'] }
    throw new BillingError('invalid_input', 'The threshold is out of range.', {
      fields: { formErrors: [], fieldErrors },
    })
  }
  await callDatabase(
    ctx.db,
    (sql) => sql`
      with said as (
        insert into alert_preference (account_id, user_id, muted)
        values (${accountId}, ${userId}, ${[...preferences.muted]})
        on conflict (account_id, user_id) do update set muted = excluded.muted
      ), off as (
        delete from low_balance_alert where account_id = ${accountId} and ${threshold}::bigint is null
      )
      insert into low_balance_alert (account_id, threshold_micros)
      select ${accountId}, ${threshold}::bigint where ${threshold}::bigint is not null
      on conflict (account_id) do update set threshold_micros = excluded.threshold_micros`,
  )
}
