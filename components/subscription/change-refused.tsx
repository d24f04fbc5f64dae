import { PageLink } from '@/components/shell/page-link'
import { Alert } from '@/components/ui/alert'
import type { ChangeRefusal } from './views'

/** Why nothing was charged, and what can be done about it. */
export function ChangeRefused({ refusal }: Readonly<{ refusal: ChangeRefusal }>) {
  if (refusal.kind === 'stale') {
    return (
      <Alert live tone="caution" title="What it costs has changed since it was shown">
        Nothing was charged. Look at the new amount before you confirm.
      </Alert>
    )
  }
  if (refusal.kind === 'refused') return <Alert live tone="danger" title={refusal.message} />
  return (
    <Alert live tone="danger" title={refusal.message}>
      <PageLink href="/billing/payment-methods" className="font-medium text-ink underline underline-offset-2">
        Payment methods
      </PageLink>
    </Alert>
  )
}
