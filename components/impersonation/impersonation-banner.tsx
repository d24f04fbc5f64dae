import { Eye } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Countdown } from './countdown'

type Props = Readonly<{ accountName: string; reason: string; secondsLeft: number; stop: () => Promise<void> }>

/**
 * Over every page while staff look into an account: whose it is, for how long yet, and the way back. It comes from the
 * server with each page, so that no script can leave it out.
 */
export function ImpersonationBanner({ accountName, reason, secondsLeft, stop }: Props) {
  return (
    <aside
      aria-label="Impersonation"
      className="sticky top-0 z-30 h-(--banner) border-b border-line-strong bg-caution-wash"
    >
      <div className="mx-auto flex h-full max-w-272 items-center gap-2.5 px-4">
        <Icon of={Eye} size={18} className="shrink-0 text-caution" />
        <p className="min-w-0 flex-1 truncate" title={reason}>
          <span className="font-medium">{accountName}</span>
          <span className="text-ink-soft max-sm:sr-only">, as its members see it. Read-only. </span>
          <span className="text-ink-soft max-lg:sr-only">Reason: {reason}</span>
        </p>
        <Countdown secondsLeft={secondsLeft} />
        <form action={stop}>
          <Button type="submit" size="small">
            Stop
            <span className="sr-only"> looking into {accountName}</span>
          </Button>
        </form>
      </div>
    </aside>
  )
}
