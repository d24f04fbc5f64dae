import type { Instant } from '@/lib/kit/clock'
import type { SavedPaymentMethod } from '../ports/payment-provider'

const LEAD_MS = 30 * 24 * 60 * 60 * 1000

export type ExpiringCard = Readonly<{
  id: string
  brand: string
  last4: string
  expMonth: number
  expYear: number
  isDefault: boolean
}>

/**
 * The cards that expire within 30 days. A card is good until the end of the month printed on it, which is taken in UTC;
 * one that has expired already is no news.
 */
export function decideExpiringCards(
  methods: readonly SavedPaymentMethod[],
  now: Instant,
): readonly ExpiringCard[] {
  return methods.flatMap(({ id, card, isDefault }) => {
    if (card === null) return []
    // JavaScript counts months from zero: this is the first moment of the month after.
    const left = Date.UTC(card.expYear, card.expMonth) - now.getTime()
    return left > 0 && left <= LEAD_MS ? [{ id, ...card, isDefault }] : []
  })
}
