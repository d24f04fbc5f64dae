import { createHash } from 'node:crypto'
import { ApiError, invalidParameter, wrongState } from '../http/api-error'
import { newId } from '../ids'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { cardError } from './card-error'
import { cardByNumber, cardOf, DECLINES, TEST_CARDS, type TestCard } from './cards'

export type CardDetails = Readonly<{
  number: string
  expMonth: number
  expYear: number
  name: string | null
  email: string | null
}>

/** A card as typed in Checkout; attached to nobody yet. */
export function makeCard(unit: Unit, details: CardDetails): Row<'payment_method'> {
  const card = cardByNumber(details.number)
  const body: Body<'payment_method'> = {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: details.email, name: details.name, phone: null, tax_id: null },
    card: cardFacts(card, details),
    created: unit.now,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  }
  const hidden = { behaviour: card?.behaviour ?? ('not_a_test_card' as const), setUp: false, detached: false }
  unit.save('payment_method', body, { hidden })
  return { body, hidden, version: 0, deleted: false }
}

function cardFacts(card: TestCard | null, details: CardDetails): NonNullable<Body<'payment_method'>['card']> {
  const brand = card?.brand ?? 'visa'
  return {
    brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: card?.country ?? 'US',
    display_brand: brand === 'amex' ? 'american_express' : brand,
    exp_month: details.expMonth,
    exp_year: details.expYear,
    // The same card saved twice has the same fingerprint.
    fingerprint: createHash('sha256').update(details.number).digest('hex').slice(0, 16),
    funding: card?.funding ?? 'credit',
    generated_from: null,
    last4: details.number.slice(-4),
    networks: { available: [brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  }
}

/** Stripe's ready-made `pm_card_…`: each use makes a payment method of its own. Null for any other id. */
export function makePredefined(unit: Unit, id: string): Row<'payment_method'> | null {
  const card = TEST_CARDS.find((candidate) => `pm_card_${candidate.behaviour}` === id)
  if (card === undefined) return null
  const expYear = new Date(unit.now * 1000).getUTCFullYear() + 1
  return makeCard(unit, { number: card.number, expMonth: 12, expYear, name: null, email: null })
}

/** @throws ApiError 402 for cards that no customer can have, 400 where it was detached or is another customer's. */
export function attach(
  unit: Unit,
  method: Row<'payment_method'>,
  customer: string,
  as: Readonly<{ allowRedisplay: 'always' | 'limited' | 'unspecified'; setUp: boolean }>,
): Body<'payment_method'> {
  if (method.hidden.detached) {
    throw invalidParameter(
      'The payment method you provided has already been attached to a customer and was detached. It can never be used again.',
      'payment_method',
      'payment_method_unexpected_state',
    )
  }
  if (method.body.customer !== null && method.body.customer !== customer) {
    throw wrongState('The payment method you provided has already been attached to a customer.')
  }
  const refusal = cardOf(method.hidden.behaviour)?.refuses
  if (refusal !== undefined) throw cardError(DECLINES[refusal], {})
  if (method.hidden.behaviour === 'not_a_test_card') throw cardError(DECLINES.notTestCard, {})
  const isNew = method.body.customer === null
  const body = unit.save(
    'payment_method',
    { ...method.body, customer, allow_redisplay: as.allowRedisplay },
    { hidden: { ...method.hidden, setUp: method.hidden.setUp || as.setUp } },
  )
  if (isNew) unit.emit('payment_method.attached', body)
  return body
}

/** The payment method a charge names, attached to the charge's customer or to none. @throws ApiError of status 400. */
export async function requireChargeable(
  unit: Unit,
  id: string,
  customer: string | null,
): Promise<Row<'payment_method'>> {
  const row = makePredefined(unit, id) ?? (await unit.row('payment_method', id))
  if (row === null || row.hidden.detached) {
    throw new ApiError(400, {
      type: 'invalid_request_error',
      code: 'resource_missing',
      message: `No such PaymentMethod: '${id}'; It's possible this PaymentMethod exists on one of your connected accounts or was detached.`,
      param: 'payment_method',
    })
  }
  if (row.body.customer !== null && row.body.customer !== customer) {
    throw invalidParameter(
      customer === null
        ? `The provided PaymentMethod is attached to a customer; please include the customer as well.`
        : `The PaymentMethod ${id} does not belong to the Customer ${customer}.`,
      'payment_method',
    )
  }
  return row
}
