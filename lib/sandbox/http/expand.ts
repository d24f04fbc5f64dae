import type { Kind } from '../store/kinds'
import { isRecord } from '../is-record'
import type { Unit } from '../store/unit'
import { invalidParameter } from './api-error'
import type { FormMap } from './form'
import type { Answers } from './routes'

type Target = Kind | 'line_item' | 'subscription_item' | 'event'
/** What a field holds: an id to replace, a structure to walk into, or a list that is left out unless asked for. */
type Expandable =
  | Readonly<{ to: Kind }>
  | Readonly<{ inside: Readonly<Record<string, Expandable>> }>
  | Readonly<{ items: Target }>
  | Readonly<{ include: (unit: Unit, owner: Record<string, unknown>) => Promise<unknown>; items: Target }>
  | Readonly<{ include: (unit: Unit, owner: Record<string, unknown>) => Promise<unknown>; items: null }>

type Fields = Readonly<Record<string, Expandable>>

const list = (data: readonly object[], url: string): object => ({
  object: 'list',
  url,
  has_more: false,
  data,
})
const idOf = (owner: Record<string, unknown>): string => (typeof owner['id'] === 'string' ? owner['id'] : '')

const EXPANDABLE: Readonly<Record<Target, Fields>> = {
  customer: {
    invoice_settings: { inside: { default_payment_method: { to: 'payment_method' } } },
    test_clock: { to: 'test_helpers.test_clock' },
    subscriptions: {
      include: async (unit, owner) =>
        list(
          await unit.list('subscription', {
            filters: { customer: idOf(owner) },
            without: ['status:canceled'],
            limit: 10,
          }),
          `/v1/customers/${idOf(owner)}/subscriptions`,
        ),
      items: 'subscription',
    },
  },
  product: { default_price: { to: 'price' } },
  price: { product: { to: 'product' } },
  'checkout.session': {
    customer: { to: 'customer' },
    payment_intent: { to: 'payment_intent' },
    invoice: { to: 'invoice' },
    setup_intent: { to: 'setup_intent' },
    subscription: { to: 'subscription' },
    discounts: { inside: { coupon: { to: 'coupon' }, promotion_code: { to: 'promotion_code' } } },
    line_items: {
      include: async (unit, owner) => {
        const row = await unit.row('checkout.session', idOf(owner))
        return list(row?.hidden.lineItems ?? [], `/v1/checkout/sessions/${idOf(owner)}/line_items`)
      },
      items: 'line_item',
    },
  },
  payment_intent: {
    customer: { to: 'customer' },
    latest_charge: { to: 'charge' },
    payment_method: { to: 'payment_method' },
  },
  charge: {
    customer: { to: 'customer' },
    payment_intent: { to: 'payment_intent' },
    balance_transaction: { to: 'balance_transaction' },
    refunds: {
      include: async (unit, owner) =>
        list(
          await unit.list('refund', { filters: { charge: idOf(owner) }, limit: 10 }),
          `/v1/charges/${idOf(owner)}/refunds`,
        ),
      items: 'refund',
    },
  },
  payment_method: { customer: { to: 'customer' } },
  setup_intent: { customer: { to: 'customer' }, payment_method: { to: 'payment_method' } },
  invoice: {
    customer: { to: 'customer' },
    default_payment_method: { to: 'payment_method' },
    test_clock: { to: 'test_helpers.test_clock' },
    payments: {
      include: async (unit, owner) =>
        list(
          await unit.list('invoice_payment', { filters: { invoice: idOf(owner) }, limit: 10 }),
          `/v1/invoice_payments?invoice=${idOf(owner)}`,
        ),
      items: 'invoice_payment',
    },
    confirmation_secret: { include: confirmationSecret, items: null },
    discounts: { to: 'discount' },
    lines: { items: 'line_item' },
    parent: { inside: { subscription_details: { inside: { subscription: { to: 'subscription' } } } } },
    total_discount_amounts: { inside: { discount: { to: 'discount' } } },
  },
  invoiceitem: { customer: { to: 'customer' }, discounts: { to: 'discount' }, invoice: { to: 'invoice' } },
  invoice_payment: {
    invoice: { to: 'invoice' },
    payment: { inside: { payment_intent: { to: 'payment_intent' }, charge: { to: 'charge' } } },
  },
  refund: {
    charge: { to: 'charge' },
    payment_intent: { to: 'payment_intent' },
    customer: { to: 'customer' },
    payment_method: { to: 'payment_method' },
    balance_transaction: { to: 'balance_transaction' },
    failure_balance_transaction: { to: 'balance_transaction' },
  },
  dispute: { charge: { to: 'charge' }, payment_intent: { to: 'payment_intent' } },
  'radar.early_fraud_warning': { charge: { to: 'charge' }, payment_intent: { to: 'payment_intent' } },
  balance_transaction: { source: { to: 'charge' } },
  webhook_endpoint: {},
  'test_helpers.test_clock': {},
  subscription: {
    customer: { to: 'customer' },
    default_payment_method: { to: 'payment_method' },
    discounts: { to: 'discount' },
    items: { items: 'subscription_item' },
    latest_invoice: { to: 'invoice' },
    pending_setup_intent: { to: 'setup_intent' },
    test_clock: { to: 'test_helpers.test_clock' },
  },
  subscription_item: { price: { inside: { product: { to: 'product' } } } },
  // Kept in the coupon itself; asked for where it has none, it is null.
  coupon: { applies_to: { include: async (_unit, owner) => owner['applies_to'] ?? null, items: null } },
  promotion_code: {
    customer: { to: 'customer' },
    promotion: { inside: { coupon: { to: 'coupon' } } },
  },
  discount: {
    customer: { to: 'customer' },
    promotion_code: { to: 'promotion_code' },
    source: { inside: { coupon: { to: 'coupon' } } },
  },
  line_item: {
    discounts: { to: 'discount' },
    price: { inside: { product: { to: 'product' } } },
    pricing: { inside: { price_details: { inside: { price: { to: 'price' } } } } },
  },
  event: {},
}

/** The secret of the payment behind an open invoice; null where it needs no customer. */
async function confirmationSecret(unit: Unit, owner: Record<string, unknown>): Promise<unknown> {
  const [payment] = await unit.list('invoice_payment', {
    filters: { invoice: idOf(owner), status: 'open' },
    limit: 1,
  })
  const intentId = payment?.payment.payment_intent
  const intent = typeof intentId === 'string' ? await unit.row('payment_intent', intentId) : null
  return intent?.body.client_secret
    ? { client_secret: intent.body.client_secret, type: 'payment_intent' }
    : null
}

type Paths = Map<string, Paths>

/** Takes `expand` out of the parameters and checks it against what is answered. @throws ApiError of status 400. */
export function readExpand(form: FormMap, answers: Answers): Paths {
  const paths: Paths = new Map()
  const sent = form.get('expand')
  if (sent === undefined) return paths
  if (typeof sent === 'string') throw invalidParameter('Invalid array', 'expand')
  for (const path of sent.values()) {
    if (typeof path !== 'string') throw invalidParameter('Invalid string', 'expand')
    const segments = path.split('.')
    if (segments.length > 4) {
      throw invalidParameter(
        `You cannot expand more than 4 levels of a property. Property: ${path}`,
        'expand',
      )
    }
    if (!isExpandable(segments, fieldsOf(answers))) {
      throw invalidParameter(
        `This property cannot be expanded (${segments[0]}). You may want to try expanding '${path}' on another object.`,
        'expand',
      )
    }
    let node = paths
    for (const segment of segments) {
      const next: Paths = node.get(segment) ?? new Map<string, Paths>()
      node.set(segment, next)
      node = next
    }
  }
  return paths
}

function fieldsOf(answers: Answers): Fields {
  if (answers === 'deleted') return {}
  if (!answers.startsWith('list:')) return EXPANDABLE[isTarget(answers) ? answers : 'event']
  const item = answers.slice('list:'.length)
  return { data: { inside: EXPANDABLE[isTarget(item) ? item : 'event'] } }
}

function isTarget(name: string): name is Target {
  return Object.hasOwn(EXPANDABLE, name)
}

/** The fields below a field, or null where there are none to expand. */
function below(field: Expandable): Fields | null {
  if ('to' in field) return EXPANDABLE[field.to]
  if ('inside' in field) return field.inside
  return field.items === null ? null : { data: { inside: EXPANDABLE[field.items] } }
}

function isExpandable(segments: readonly string[], fields: Fields): boolean {
  const [head, ...rest] = segments
  const field = head === undefined ? undefined : fields[head]
  if (field === undefined) return false
  if (rest.length === 0) return !('inside' in field)
  const next = below(field)
  return next !== null && isExpandable(rest, next)
}

/** Replaces ids by objects and adds the lists that were asked for, in a copy. */
export async function expand(unit: Unit, answer: object, answers: Answers, paths: Paths): Promise<object> {
  const expanded = await walk(unit, answer, fieldsOf(answers), paths)
  return isRecord(expanded) ? expanded : answer
}

async function walk(unit: Unit, value: unknown, fields: Fields, paths: Paths): Promise<unknown> {
  if (paths.size === 0) return value
  if (Array.isArray(value)) return Promise.all(value.map((item) => walk(unit, item, fields, paths)))
  if (!isRecord(value)) return value
  const copy = { ...value }
  for (const [name, deeper] of paths) {
    const field = fields[name]
    if (field === undefined) continue
    const found = await resolve(unit, value, name, field)
    copy[name] = await walk(unit, found, below(field) ?? {}, deeper)
  }
  return copy
}

async function resolve(
  unit: Unit,
  owner: Record<string, unknown>,
  name: string,
  field: Expandable,
): Promise<unknown> {
  const value = owner[name]
  if ('include' in field) return field.include(unit, owner)
  if (!('to' in field)) return value
  if (Array.isArray(value)) {
    return Promise.all(value.map((item: unknown) => resolve(unit, { [name]: item }, name, field)))
  }
  if (typeof value !== 'string') return value
  const row = await unit.row(field.to, value)
  if (row === null) return value
  return row.deleted ? { id: row.id, object: field.to, deleted: true } : row.body
}
