import { RefreshButton } from '@/components/shell/refresh-button'
import { Alert } from '@/components/ui/alert'
import { Spinner } from '@/components/ui/spinner'
import type { Subscribing } from './use-subscribing'

/** What the page says between the payment and the cover. */
export function SubscribingStatus({ state }: Readonly<{ state: Subscribing }>) {
  if (state === 'late') {
    return (
      <Alert live tone="caution" title="The payment is still being confirmed" action={<RefreshButton />}>
        The subscription begins by itself once it is. Do not pay again.
      </Alert>
    )
  }
  return (
    <p role="status" className={state === 'working' ? 'flex items-center gap-2 text-ink-soft' : 'sr-only'}>
      {state === 'working' && (
        <>
          <Spinner /> Paid. The subscription is being set up.
        </>
      )}
    </p>
  )
}
