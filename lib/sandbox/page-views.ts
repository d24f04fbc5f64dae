import { enterPromotionCode } from './checkout/enter-promotion-code'
import { submitCheckout } from './checkout/submit-checkout'
import { hostedMethodOf, payHostedInvoice } from './invoices/pay-hosted-invoice'
import type { CheckoutView, InvoiceView, PagePort, ReceiptView } from './page-port'
import { inOwnUnit, type Program } from './program'
import type { Body } from './store/kinds'
import type { StoredRow } from './store/parse-row'
import { readRow, readRowBy, readRows, type Sql } from './store/store'

const MERCHANT = 'Talktime'

/** What the pages ask, answered from the store. */
export function pagePort(program: Program): PagePort {
  const { sql, clock, baseUrl } = program
  const show = (row: StoredRow<'checkout.session'> | null): Promise<CheckoutView> | null =>
    row === null ? null : checkoutView(sql, row, clock.nowSeconds())
  return {
    checkoutByClientSecret: async (secret) => show(await readRowBy(sql, 'checkout.session', 'token', secret)),
    checkoutById: async (id) => show(await readRow(sql, 'checkout.session', id)),
    submitCheckout: (submission) => inOwnUnit(program, (unit) => submitCheckout(unit, submission, baseUrl)),
    enterPromotionCode: (sessionId, code) =>
      inOwnUnit(program, async (unit) => {
        const row = await unit.row('checkout.session', sessionId)
        if (row?.body.status !== 'open') {
          return { kind: 'invalid', field: 'session', message: 'This checkout is not open any more.' }
        }
        const entered = await enterPromotionCode(unit, row, code)
        return entered.kind === 'invalid' ? entered : null
      }),
    invoiceByToken: async (token) => {
      const row = await readRowBy(sql, 'invoice', 'token', token)
      return row === null || row.deleted ? null : invoiceView(program, row.body, token)
    },
    payInvoice: async (token, authentication) => {
      const row = await readRowBy(sql, 'invoice', 'token', token)
      if (row === null) return null
      return inOwnUnit(program, (unit) => payHostedInvoice(unit, row.body.id, { authentication, baseUrl }))
    },
    receiptByToken: async (token) => {
      const row = await readRowBy(sql, 'charge', 'token', token)
      return row === null ? null : receiptView(row.body)
    },
    nowSeconds: () => Promise.resolve(clock.nowSeconds()),
  }
}

async function checkoutView(
  sql: Sql,
  row: StoredRow<'checkout.session'>,
  now: number,
): Promise<CheckoutView> {
  const { body, hidden } = row
  const withId = (url: string | null | undefined): string | null =>
    url?.replaceAll('{CHECKOUT_SESSION_ID}', body.id) ?? null
  const typed = hidden.customAmount !== null && body.status !== 'complete'
  return {
    sessionId: body.id,
    uiMode: body.ui_mode === 'embedded_page' ? 'embedded_page' : 'hosted_page',
    status: statusAt(body, now),
    mode: body.mode,
    merchantName: MERCHANT,
    currency: body.currency ?? 'usd',
    lineItems: hidden.lineItems.map((item) => ({
      description: item.description ?? '',
      quantity: item.quantity ?? 1,
      amountCents: typed ? null : item.amount_subtotal,
      every: everyOf(item.price),
    })),
    offerPromotionCode: body.mode === 'subscription' && body.allow_promotion_codes === true,
    discount: await discountOf(sql, body),
    subtotalCents: typed ? null : body.amount_subtotal,
    customAmount:
      hidden.customAmount === null
        ? null
        : {
            minimumCents: hidden.customAmount.minimum,
            maximumCents: hidden.customAmount.maximum,
            presetCents: hidden.customAmount.preset,
          },
    totalCents: typed ? null : body.amount_total,
    savedCards: await savedCards(sql, body),
    offerSave: body.saved_payment_method_options?.payment_method_save === 'enabled',
    email: body.customer_details?.email ?? body.customer_email,
    redirectOnCompletion: redirectOf(body),
    returnUrl: withId(body.return_url),
    successUrl: withId(body.success_url),
    cancelUrl: body.cancel_url,
  }
}

/** Such as "month" or "3 months"; null for what is sold once. */
function everyOf(price: { recurring: Body<'price'>['recurring'] } | null): string | null {
  const recurring = price?.recurring ?? null
  if (recurring === null) return null
  const { interval, interval_count: count } = recurring
  return count === 1 ? interval : `${count} ${interval}s`
}

/** The discount in force, by the code that was entered, or by its coupon. */
async function discountOf(sql: Sql, session: Body<'checkout.session'>): Promise<CheckoutView['discount']> {
  const [discount] = session.discounts ?? []
  if (discount === undefined) return null
  const code =
    discount.promotion_code === null ? null : await readRow(sql, 'promotion_code', discount.promotion_code)
  const couponId = discount.coupon ?? code?.body.promotion.coupon ?? null
  const coupon = couponId === null ? null : await readRow(sql, 'coupon', couponId)
  return {
    code: code?.body.code ?? null,
    description: coupon === null ? '' : describeCoupon(coupon.body),
    amountCents: session.total_details?.amount_discount ?? 0,
  }
}

/** Such as "20% off for 3 months". */
function describeCoupon(coupon: Body<'coupon'>): string {
  const amount = (coupon.amount_off ?? 0) / 100
  const off =
    coupon.percent_off === null
      ? `${new Intl.NumberFormat('en-US', { style: 'currency', currency: coupon.currency ?? 'usd' }).format(amount)} off`
      : `${coupon.percent_off}% off`
  const months = coupon.duration_in_months ?? 1
  const spans = {
    once: ' once',
    forever: '',
    repeating: ` for ${months} ${months === 1 ? 'month' : 'months'}`,
  }
  return `${coupon.name === null ? '' : `${coupon.name}: `}${off}${spans[coupon.duration]}`
}

/** A session whose time is over counts as expired before the event says so. */
function statusAt(session: Body<'checkout.session'>, now: number): CheckoutView['status'] {
  if (session.status === 'complete') return 'complete'
  return session.status === 'open' && session.expires_at > now ? 'open' : 'expired'
}

function redirectOf(session: Body<'checkout.session'>): CheckoutView['redirectOnCompletion'] {
  const value = session.redirect_on_completion
  return value === 'if_required' || value === 'never' ? value : 'always'
}

/** Saved cards that this session may show again, the default first, then the newest; at most 50, and only cards. */
async function savedCards(sql: Sql, session: Body<'checkout.session'>): Promise<CheckoutView['savedCards']> {
  // What is to be saved is a new card.
  if (typeof session.customer !== 'string' || session.mode === 'setup') return []
  const shown = session.saved_payment_method_options?.allow_redisplay_filters ?? ['always']
  const rows = await readRows(sql, 'payment_method', {
    filters: { customer: session.customer, type: 'card' },
    limit: 50,
  })
  const cards = rows.flatMap(({ body }) =>
    body.card === undefined || !shown.some((filter) => filter === body.allow_redisplay)
      ? []
      : [
          {
            id: body.id,
            brand: body.card.brand,
            last4: body.card.last4,
            expMonth: body.card.exp_month,
            expYear: body.card.exp_year,
          },
        ],
  )
  const customer = await readRow(sql, 'customer', session.customer)
  const isDefault = (id: string) => id === customer?.body.invoice_settings.default_payment_method
  return [...cards.filter(({ id }) => isDefault(id)), ...cards.filter(({ id }) => !isDefault(id))]
}

async function invoiceView(
  program: Program,
  invoice: Body<'invoice'>,
  token: string,
): Promise<InvoiceView | null> {
  if (invoice.status === null || invoice.status === 'draft') return null
  return {
    id: invoice.id,
    number: invoice.number ?? invoice.id,
    status: invoice.status,
    merchantName: MERCHANT,
    customerName: invoice.customer_name ?? null,
    customerEmail: invoice.customer_email,
    currency: invoice.currency,
    createdSeconds: invoice.status_transitions.finalized_at ?? invoice.created,
    dueSeconds: invoice.due_date,
    paidSeconds: invoice.status_transitions.paid_at,
    lines: invoice.lines.data.map((line) => ({
      description: line.description ?? '',
      quantity: line.quantity ?? 1,
      amountCents: line.amount,
    })),
    subtotalCents: invoice.subtotal,
    discountCents: invoice.total_discount_amounts?.reduce((sum, discount) => sum + discount.amount, 0) ?? 0,
    totalCents: invoice.total,
    amountPaidCents: invoice.amount_paid,
    pdfPath: `/invoice/${token}/pdf`,
    paymentMethod: await paidWith(program.sql, invoice),
    payWith: invoice.status === 'open' ? await payWith(program, invoice) : null,
  }
}

async function payWith(program: Program, invoice: Body<'invoice'>): Promise<string | null> {
  const id = await inOwnUnit(program, (unit) => hostedMethodOf(unit, invoice))
  const method = id === null ? null : await readRow(program.sql, 'payment_method', id)
  if (method === null || method.hidden.detached) return null
  return method.body.card === undefined ? method.body.type : cardName(method.body.card)
}

/** Such as "Visa •••• 4242"; null while nothing was paid by card. */
async function paidWith(sql: Sql, invoice: Body<'invoice'>): Promise<string | null> {
  const [payment] = await readRows(sql, 'invoice_payment', {
    filters: { invoice: invoice.id, status: 'paid' },
    limit: 1,
  })
  const intentId = payment?.body.payment.payment_intent
  const intent = intentId === undefined ? null : await readRow(sql, 'payment_intent', intentId)
  const chargeId = intent?.body.latest_charge
  const charge = typeof chargeId === 'string' ? await readRow(sql, 'charge', chargeId) : null
  return charge === null ? null : methodName(charge.body)
}

function methodName(charge: Body<'charge'>): string | null {
  const card = charge.payment_method_details?.card
  if (card === undefined) return charge.payment_method_details?.type ?? null
  return cardName(card)
}

function cardName({ brand, last4 }: Readonly<{ brand: string | null; last4: string | null }>): string {
  const name = brand === null ? 'Card' : brand.charAt(0).toUpperCase() + brand.slice(1)
  return `${name} •••• ${last4}`
}

function receiptView(charge: Body<'charge'>): ReceiptView {
  return {
    chargeId: charge.id,
    merchantName: MERCHANT,
    currency: charge.currency,
    amountCents: charge.amount,
    refundedCents: charge.amount_refunded,
    paidSeconds: charge.created,
    paymentMethod: methodName(charge),
    description: charge.description,
  }
}
