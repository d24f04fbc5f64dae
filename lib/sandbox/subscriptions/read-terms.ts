import { invalidParameter } from '../http/api-error'
import type { Body } from '../store/kinds'
import type { Terms } from './plan-change'

/** @throws ApiError where the price is none that a subscription here can have. */
export function termsOf(price: Body<'price'>, param: string): Terms {
  const { recurring } = price
  if (recurring === null) {
    throw invalidParameter(
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      param,
    )
  }
  if (recurring.usage_type !== 'licensed' || price.unit_amount === null) {
    throw invalidParameter('The local Stripe bills licensed prices with a fixed amount only.', param)
  }
  return {
    price: price.id,
    product: price.product,
    unitAmount: price.unit_amount,
    recurrence: { interval: recurring.interval, count: recurring.interval_count },
  }
}

const SIGNS: Readonly<Record<string, string>> = { usd: '$', eur: '€', gbp: '£' }

/** Such as "3 × Number (at $12.00 / month)", as Stripe writes it on an invoice line. */
export function describePeriod(price: Body<'price'>, product: string, quantity: number): string {
  const { interval, interval_count: count } = price.recurring ?? { interval: 'month', interval_count: 1 }
  const every = count === 1 ? interval : `every ${count} ${interval}s`
  return `${quantity} × ${product} (at ${shown(price)} ${count === 1 ? '/ ' : ''}${every})`
}

function shown({ unit_amount: cents, currency }: Body<'price'>): string {
  const amount = ((cents ?? 0) / 100).toFixed(2)
  const sign = SIGNS[currency]
  return sign === undefined ? `${amount} ${currency.toUpperCase()}` : `${sign}${amount}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function shownDay(seconds: number): string {
  const date = new Date(seconds * 1000)
  const day = String(date.getUTCDate()).padStart(2, '0')
  return `${day} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`
}

/** Such as "Remaining time on 2 × Number after 01 Sep 2026"; one unit goes without its number. */
export function describePart(
  kind: 'Unused' | 'Remaining',
  product: string,
  quantity: number,
  from: number,
): string {
  const what = quantity === 1 ? product : `${quantity} × ${product}`
  return `${kind} time on ${what} after ${shownDay(from)}`
}
