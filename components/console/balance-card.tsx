import { BalanceAmount } from '@/components/money/balance-amount'
import { Card } from '@/components/ui/card'
import type { Money } from '@/lib/kit/money'

/** The balance of someone else's account. */
export function BalanceCard({ balance }: Readonly<{ balance: Money }>) {
  return (
    <Card id="balance" title="Balance">
      <div className="p-5">
        <BalanceAmount money={balance} />
      </div>
    </Card>
  )
}
