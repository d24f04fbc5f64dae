import type { Metadata } from 'next'
import { AlertForm, type AlertState } from '@/components/notifications/alert-form'
import { AlertsOfAccount } from '@/components/notifications/alerts-of-account'
import { Page } from '@/components/shell/page'
import { ALERT_KINDS } from '@/lib/core/alerts/alert-kind'
import { getAlertPreferences, type AlertPreferences } from '@/lib/core/alerts/get-alert-preferences'
import { requireUser } from '@/lib/http/require-user'
import { typedDollars } from '@/lib/kit/read-dollars'
import { saveAlerts } from './actions'

export const metadata: Metadata = { title: 'Notifications' }

export default async function NotificationsPage() {
  const { ctx, person } = await requireUser()
  const preferences = await getAlertPreferences(ctx)
  const maySet = ctx.actor.kind === 'user' && ctx.actor.scopes.includes('billing:write')
  return (
    <Page title="Notifications" lead="What you are told of by e-mail, so that nothing stops unforeseen.">
      {maySet ? (
        <AlertForm initial={stateOf(preferences)} email={person.email} save={saveAlerts} />
      ) : (
        <AlertsOfAccount threshold={preferences.lowBalanceThreshold} />
      )}
    </Page>
  )
}

function stateOf({ lowBalanceThreshold, muted }: AlertPreferences): AlertState {
  return {
    threshold: lowBalanceThreshold === null ? '' : typedDollars(lowBalanceThreshold),
    wanted: ALERT_KINDS.filter((kind) => !muted.includes(kind)),
    outcome: 'unchanged',
    message: null,
    thresholdErrors: [],
  }
}
