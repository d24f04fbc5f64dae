import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Row, RowList } from '@/components/ui/row-list'
import type { AlertState } from '@/lib/core/console/get-alert-state'

type Props = Readonly<{ labelledBy: string; alerts: AlertState }>

/** Which alerts are set, and who wants none. */
export function AlertRows({ labelledBy, alerts: { lowBalance, muted } }: Props) {
  return (
    <RowList labelledBy={labelledBy}>
      <Row title="Low balance" detail={<LowBalance alert={lowBalance} />} />
      {muted.map(({ email, alerts }) => (
        <Row key={email} title={email} detail={`Wants none of: ${alerts.join(', ')}`} />
      ))}
    </RowList>
  )
}

function LowBalance({ alert }: Readonly<{ alert: AlertState['lowBalance'] }>) {
  if (alert === null) return 'Not set'
  return (
    <>
      Below <Amount money={alert.threshold} />,{' '}
      {alert.toldAt === null ? (
        'not told since it was last above'
      ) : (
        <>
          told <LocalTime at={alert.toldAt.toISOString()} />
        </>
      )}
    </>
  )
}
