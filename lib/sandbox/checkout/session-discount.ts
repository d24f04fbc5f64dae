import { applyDiscounts } from '../discounts/apply-discounts'
import { checkDiscount, type Redeemable, type SentDiscount } from '../discounts/redeem'
import { requireCustomer } from '../resources/customers'
import { codeAt } from '../resources/promotion-codes'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { worthOf } from '../subscriptions/read-plan'
import { sumOf } from '../subscriptions/prorate'
import type { SessionHidden } from './session-hidden'

type Session = Body<'checkout.session'>
type Discounted = Readonly<{ body: Session; hidden: SessionHidden }>

/**
 * A subscription's session with what a discount takes off its lines and sums; null takes it away again.
 * @throws ApiError 400 where it cannot be redeemed.
 */
export async function withDiscount(
  unit: Unit,
  { body, hidden }: Pick<Row<'checkout.session'>, 'body' | 'hidden'>,
  sent: SentDiscount | null,
): Promise<Discounted> {
  const { lineItems, subscription } = hidden
  if (subscription === undefined) return { body, hidden }
  const redeemable = sent === null ? null : await redeemableOf(unit, body, lineItems, sent)
  const taken = applyDiscounts(
    lineItems.map((item) => ({
      amount: item.amount_subtotal,
      fullAmount: item.amount_subtotal,
      product: item.price?.product ?? '',
      part: 1,
      whole: 1,
    })),
    redeemable === null ? [] : [worthOf('session', redeemable.coupon)],
  )
  const items = lineItems.map((item, index) => {
    const off = sumOf(taken[index] ?? [])
    return { ...item, amount_discount: off, amount_total: item.amount_subtotal - off }
  })
  const off = items.reduce((sum, item) => sum + item.amount_discount, 0)
  return {
    body: {
      ...body,
      amount_total: (body.amount_subtotal ?? 0) - off,
      discounts:
        redeemable === null
          ? []
          : [
              {
                coupon: redeemable.code === null ? redeemable.coupon.id : null,
                promotion_code: redeemable.code?.id ?? null,
              },
            ],
      total_details: { amount_discount: off, amount_shipping: 0, amount_tax: 0 },
    },
    hidden: { ...hidden, lineItems: items, subscription: { ...subscription, discount: sent } },
  }
}

async function redeemableOf(
  unit: Unit,
  session: Session,
  lineItems: SessionHidden['lineItems'],
  sent: SentDiscount,
): Promise<Redeemable> {
  const customer =
    typeof session.customer === 'string' ? await requireCustomer(unit, session.customer, 'customer') : null
  return checkDiscount(
    unit,
    sent,
    {
      customer,
      currency: session.currency ?? 'usd',
      subtotal: session.amount_subtotal ?? 0,
      products: lineItems.map((item) => item.price?.product ?? ''),
    },
    'discounts[0]',
  )
}

/** The promotion code a customer typed, whatever its case; null where no active one is spelled so. */
export async function codeTyped(unit: Unit, typed: string): Promise<Body<'promotion_code'> | null> {
  const found = await unit.list('promotion_code', {
    filters: { 'code~': typed.trim().toLowerCase() },
    limit: 100,
  })
  return found.map((code) => codeAt(code, unit.now)).find(({ active }) => active) ?? null
}
