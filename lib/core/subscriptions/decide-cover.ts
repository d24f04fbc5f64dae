import type { SubscriptionLine } from '../ports/payment-provider'

/** What an invoice of a subscription covers, once it is paid. */
export type Cover = Pick<SubscriptionLine, 'quantity' | 'interval' | 'start' | 'end' | 'proration'>

/**
 * The cover that an invoice pays for: that of the line which begins last, since a change of the interval bills the new
 * period beside what it credits; of two that begin together, that of the whole period. Units that end with it add
 * nothing to each other: each line names all of them. Null for an invoice that bills no time.
 */
export function decideCover(lines: readonly SubscriptionLine[]): Cover | null {
  const [latest] = lines
    .filter((line) => line.quantity > 0 && line.end > line.start)
    .toSorted(
      (a, b) =>
        b.start.getTime() - a.start.getTime() ||
        Number(a.proration) - Number(b.proration) ||
        b.end.getTime() - a.end.getTime(),
    )
  if (latest === undefined) return null
  const together = lines.filter((line) => line.end.getTime() === latest.end.getTime())
  return { ...latest, quantity: Math.max(...together.map((line) => line.quantity)) }
}
