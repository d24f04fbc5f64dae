import { Badge } from '@/components/ui/badge'

/** Who pays for a number. */
export function ModeBadge({ mode }: Readonly<{ mode: 'PAYG' | 'FIXED' }>) {
  return mode === 'FIXED' ? (
    <Badge tone="accent" title="Covered by the subscription">
      Subscription
    </Badge>
  ) : (
    <Badge title="Paid from the balance">Pay as you go</Badge>
  )
}
