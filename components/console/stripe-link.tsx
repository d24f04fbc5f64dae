import { ExternalLink } from 'lucide-react'
import { Icon } from '@/components/ui/icon'

const FOLDERS = {
  customer: 'customers',
  invoice: 'invoices',
  subscription: 'subscriptions',
  payment: 'payments',
} as const

type Props = Readonly<{
  kind: keyof typeof FOLDERS
  id: string
  /** Where Stripe's dashboard shows objects of this mode; null where another program stands in for Stripe. */
  dashboard: string | null
}>

/** The id of an object at Stripe, and the way to it in Stripe's own dashboard. */
export function StripeLink({ kind, id, dashboard }: Props) {
  const text = <span className="font-mono text-xs">{id}</span>
  if (dashboard === null) return text
  return (
    <a
      href={`${dashboard}/${FOLDERS[kind]}/${encodeURIComponent(id)}`}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 rounded-sm underline-offset-4 hover:underline"
    >
      {text}
      <Icon of={ExternalLink} size={12} />
      <span className="sr-only">at Stripe, opens in a new tab</span>
    </a>
  )
}
