import type { Money } from '@/lib/kit/money'

/** What the database says of the wallet now. Card deposits are told apart by their invoices, newest first. */
export type WalletNow = Readonly<{
  balance: Money
  cardDeposits: readonly Readonly<{ invoiceId: string; amount: Money }>[]
}>

export type Credited = Readonly<{ invoiceId: string; amount: Money; balance: Money }>

type Options = Readonly<{
  /** Invoices of the deposits that were there before the payment. */
  known: ReadonlySet<string>
  /** Null where it could not be read. */
  read: () => Promise<WalletNow | null>
  /** Resolves after so long; rejects when the watch is given up. */
  wait: (milliseconds: number) => Promise<void>
  giveUpAfterMs: number
  onSlow: () => void
}>

const FIRST_WAIT_MS = 400
const WAIT_MS_MAX = 5_000
const SLOW_AFTER_MS = 12_000

/**
 * Reads the wallet again and again, ever less often, until a card deposit is there that was not known. A read that
 * fails counts as one that found nothing. Null when the time is over.
 */
export async function watchDeposits(options: Options): Promise<Credited | null> {
  const { known, read, wait, giveUpAfterMs, onSlow } = options
  let waited = 0
  for (let pause = FIRST_WAIT_MS; waited < giveUpAfterMs; pause = Math.min(pause * 1.4, WAIT_MS_MAX)) {
    const wallet = await read().catch(() => null)
    const fresh = wallet?.cardDeposits.find((deposit) => !known.has(deposit.invoiceId))
    if (wallet !== null && fresh !== undefined) return { ...fresh, balance: wallet.balance }
    await wait(pause)
    if (waited < SLOW_AFTER_MS && waited + pause >= SLOW_AFTER_MS) onSlow()
    waited += pause
  }
  return null
}
