/** A payment that was made on this page and is not on the balance yet, kept over a reload of the tab. */
export type PendingPayment = Readonly<{ payer: string; known: readonly string[]; paidAt: number }>

const SLOT = 'talktime.pending-payment'
const FORGET_AFTER_MS = 15 * 60_000

export function rememberPayment(payment: PendingPayment): void {
  try {
    sessionStorage.setItem(SLOT, JSON.stringify(payment))
  } catch {
    // Without storage the payment is booked all the same; only a reload would not say so.
  }
}

export function forgetPayment(): void {
  try {
    sessionStorage.removeItem(SLOT)
  } catch {
    // Nothing was remembered either.
  }
}

/** The payment this person made in this tab lately, or null. */
export function recallPayment(payer: string, now: number): PendingPayment | null {
  try {
    const payment = parse(JSON.parse(sessionStorage.getItem(SLOT) ?? 'null'))
    if (payment === null || payment.payer !== payer) return null
    return now - payment.paidAt < FORGET_AFTER_MS ? payment : null
  } catch {
    return null
  }
}

function parse(value: unknown): PendingPayment | null {
  if (typeof value !== 'object' || value === null) return null
  if (!('payer' in value) || typeof value.payer !== 'string') return null
  if (!('paidAt' in value) || typeof value.paidAt !== 'number') return null
  if (!('known' in value) || !Array.isArray(value.known)) return null
  const known = value.known.filter((entry): entry is string => typeof entry === 'string')
  return { payer: value.payer, known, paidAt: value.paidAt }
}
