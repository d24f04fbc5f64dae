import { RefreshButton } from '@/components/shell/refresh-button'
import { Alert } from '@/components/ui/alert'

/** Why Stripe's part of a page is not there: it does not answer, or was asked so often that it is not asked now. */
export type Unavailability = 'down' | 'busy'

type Props = Readonly<{
  /** A plural: "Saved cards". */
  what: string
  why: Unavailability
}>

/** Stands where Stripe's part of the page would be. */
export function StripeUnavailable({ what, why }: Props) {
  const when = why === 'busy' ? 'can be shown again in a moment' : 'cannot be shown right now'
  return (
    <div className="p-5">
      <Alert
        tone="caution"
        title={why === 'busy' ? 'This page was loaded too often' : 'Stripe does not answer'}
        action={<RefreshButton />}
      >
        {what} {when}. Your balance is not affected.
      </Alert>
    </div>
  )
}
