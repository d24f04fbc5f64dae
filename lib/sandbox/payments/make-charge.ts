import { newId, randomText } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import type { Decline } from './cards'
import { moveBalance } from './move-balance'

/** Cents that Stripe keeps of a charge: 2.9 % (to the nearest cent) and 30. */
const feeOf = (amount: number): number => Math.round((amount * 29) / 1000) + 30

/** What no charge here has: platforms, shipping, reviews. */
const UNUSED = {
  application: null,
  application_fee: null,
  application_fee_amount: null,
  failure_balance_transaction: null,
  on_behalf_of: null,
  receipt_number: null,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  transfer_data: null,
  transfer_group: null,
} as const

type Input = Readonly<{
  intent: Body<'payment_intent'>
  method: Body<'payment_method'>
  /** Null where the bank said yes. */
  decline: Decline | null
  authenticated: boolean
  baseUrl: string
}>

/** Keeps the charge an attempt made, succeeded or failed, and its event; a succeeded one moves the balance. */
export function makeCharge(
  unit: Unit,
  { intent, method, decline, authenticated, baseUrl }: Input,
): Body<'charge'> {
  const id = newId('ch')
  const token = randomText(40)
  const paid = decline === null
  const balance = paid ? balanceOf(unit, id, intent) : null
  const charge: Body<'charge'> = {
    ...UNUSED,
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    amount_refunded: 0,
    balance_transaction: balance?.id ?? null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: intent.statement_descriptor ?? 'TALKTIME',
    captured: paid,
    created: unit.now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    outcome: outcomeOf(decline),
    paid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: detailsOf(intent.amount, method, authenticated),
    receipt_email: intent.receipt_email,
    receipt_url: paid ? `${baseUrl}/receipt/${token}` : null,
    refunded: false,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: paid ? 'succeeded' : 'failed',
  }
  unit.save('charge', charge, { token })
  unit.emit(paid ? 'charge.succeeded' : 'charge.failed', charge)
  return charge
}

function balanceOf(unit: Unit, source: string, intent: Body<'payment_intent'>): Body<'balance_transaction'> {
  const { amount, currency, description } = intent
  return moveBalance(unit, { amount, currency, description, fee: feeOf(amount), source, category: 'charge' })
}

function outcomeOf(decline: Decline | null): Body<'charge'>['outcome'] {
  return {
    advice_code: decline?.advice ?? null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: decline === null ? 'approved_by_network' : 'declined_by_network',
    reason: decline === null ? null : (decline.declineCode ?? decline.code),
    risk_level: 'normal',
    risk_score: 12,
    seller_message:
      decline === null
        ? 'Payment complete.'
        : 'The bank did not return any further details with this decline.',
    type: decline === null ? 'authorized' : 'issuer_declined',
  }
}

function detailsOf(
  amount: number,
  method: Body<'payment_method'>,
  authenticated: boolean,
): Body<'charge'>['payment_method_details'] {
  const card = method.card
  if (card === undefined) return { type: method.type, link: { country: null } }
  return {
    type: 'card',
    card: {
      amount_authorized: amount,
      authorization_code: null,
      brand: card.brand,
      checks: card.checks,
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_transaction_id: null,
      regulated_status: card.regulated_status,
      three_d_secure: authenticated
        ? {
            authentication_flow: 'challenge',
            electronic_commerce_indicator: '05',
            exemption_indicator: null,
            result: 'authenticated',
            result_reason: null,
            transaction_id: null,
            version: '2.2.0',
          }
        : null,
      transaction_link_id: null,
      wallet: null,
    },
  }
}
