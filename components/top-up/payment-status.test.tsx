import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { usd } from '@/lib/kit/money'
import { PaymentStatus } from './payment-status'
import type { Progress } from './use-pending-payment'

/** What a screen reader says of the line. */
function said(progress: Progress): string {
  const markup = renderToStaticMarkup(<PaymentStatus progress={progress} />)
  expect(markup).toMatch(/^<div role="status" aria-live="polite"/)
  return markup.replaceAll(/<[^>]*>/g, '')
}

test.each([
  ['idle', ''],
  ['updating', 'Payment received. Updating your balance…'],
  ['slow', 'Payment received. Stripe is taking longer than usual to confirm it; you may leave this page.'],
  [
    'late',
    'Payment received, not booked yet. It will be as soon as Stripe confirms it: please do not pay again.',
  ],
] as const)('a payment that is %s says: %s', (kind, words) => {
  expect(said({ kind })).toBe(words)
})

test('a payment that is booked says what was added, and the balance', () => {
  const credited = { invoiceId: 'in_1', amount: usd(25_000_000n), balance: usd(30_000_000n) }
  expect(said({ kind: 'credited', credited })).toBe('$25.00 added. Your balance is $30.00.')
})
