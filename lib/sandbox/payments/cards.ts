/** Why a card is refused, in Stripe's words. */
export type Decline = Readonly<{
  code:
    | 'authentication_required'
    | 'card_declined'
    | 'expired_card'
    | 'incorrect_cvc'
    | 'payment_intent_authentication_failure'
    | 'processing_error'
    | 'setup_intent_authentication_failure'
  declineCode: string | null
  message: string
  advice: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later'
}>

const DECLINED = 'Your card was declined.'

export const DECLINES = {
  generic: {
    code: 'card_declined',
    declineCode: 'generic_decline',
    message: DECLINED,
    advice: 'try_again_later',
  },
  funds: {
    code: 'card_declined',
    declineCode: 'insufficient_funds',
    message: 'Your card has insufficient funds.',
    advice: 'try_again_later',
  },
  lost: { code: 'card_declined', declineCode: 'lost_card', message: DECLINED, advice: 'do_not_try_again' },
  stolen: {
    code: 'card_declined',
    declineCode: 'stolen_card',
    message: DECLINED,
    advice: 'do_not_try_again',
  },
  expired: {
    code: 'expired_card',
    declineCode: null,
    message: 'Your card has expired.',
    advice: 'do_not_try_again',
  },
  cvc: {
    code: 'incorrect_cvc',
    declineCode: null,
    message: "Your card's security code is incorrect.",
    advice: 'confirm_card_data',
  },
  processing: {
    code: 'processing_error',
    declineCode: null,
    message: 'An error occurred while processing your card. Try again in a little bit.',
    advice: 'try_again_later',
  },
  velocity: {
    code: 'card_declined',
    declineCode: 'card_velocity_exceeded',
    message:
      'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
    advice: 'try_again_later',
  },
  radar: { code: 'card_declined', declineCode: 'fraudulent', message: DECLINED, advice: 'do_not_try_again' },
  notTestCard: {
    code: 'card_declined',
    declineCode: 'test_mode_live_card',
    message: 'Your card was declined. Your request was in test mode, but used a non test card.',
    advice: 'confirm_card_data',
  },
  needsAuthentication: {
    code: 'authentication_required',
    declineCode: 'authentication_required',
    message: 'Your card was declined. This transaction requires authentication.',
    advice: 'try_again_later',
  },
} as const satisfies Record<string, Decline>

type DeclineName = keyof typeof DECLINES

export type TestCard = Readonly<{
  behaviour: string
  number: string
  brand: 'visa' | 'mastercard' | 'amex'
  funding: 'credit' | 'debit'
  country: string
  /** Refused whenever it is attached or charged. */
  refuses?: DeclineName
  /** Can be attached; refused on every charge. */
  refusesCharge?: DeclineName
  /** When its bank asks the customer. `unless-set-up` lets off-session charges through once set up. */
  asks?: 'always' | 'unless-set-up' | 'unless-off-session'
  refund?: 'pending' | 'fails'
  /** What becomes of a payment with it as soon as it has succeeded. */
  follows?: 'fraud' | 'product-not-received' | 'inquiry' | 'fraud-warning'
}>

const VISA = { brand: 'visa', funding: 'credit', country: 'US' } as const

/** Stripe's published test cards (docs.stripe.com/testing), by what each does. */
export const TEST_CARDS = [
  { behaviour: 'visa', number: '4242424242424242', ...VISA },
  { behaviour: 'visa_debit', number: '4000056655665556', ...VISA, funding: 'debit' },
  {
    behaviour: 'mastercard',
    number: '5555555555554444',
    brand: 'mastercard',
    funding: 'credit',
    country: 'US',
  },
  { behaviour: 'amex', number: '378282246310005', brand: 'amex', funding: 'credit', country: 'US' },
  { behaviour: 'visa_chargeDeclined', number: '4000000000000002', ...VISA, refuses: 'generic' },
  {
    behaviour: 'visa_chargeDeclinedInsufficientFunds',
    number: '4000000000009995',
    ...VISA,
    refuses: 'funds',
  },
  { behaviour: 'visa_chargeDeclinedLostCard', number: '4000000000009987', ...VISA, refuses: 'lost' },
  { behaviour: 'visa_chargeDeclinedStolenCard', number: '4000000000009979', ...VISA, refuses: 'stolen' },
  { behaviour: 'chargeDeclinedExpiredCard', number: '4000000000000069', ...VISA, refuses: 'expired' },
  { behaviour: 'chargeDeclinedIncorrectCvc', number: '4000000000000127', ...VISA, refuses: 'cvc' },
  { behaviour: 'chargeDeclinedProcessingError', number: '4000000000000119', ...VISA, refuses: 'processing' },
  {
    behaviour: 'visa_chargeDeclinedVelocityLimitExceeded',
    number: '4000000000006975',
    ...VISA,
    refuses: 'velocity',
  },
  { behaviour: 'radarBlock', number: '4100000000000019', ...VISA, refuses: 'radar' },
  { behaviour: 'chargeCustomerFail', number: '4000000000000341', ...VISA, refusesCharge: 'generic' },
  { behaviour: 'authenticationRequiredOnSetup', number: '4000002500003155', ...VISA, asks: 'unless-set-up' },
  { behaviour: 'authenticationRequired', number: '4000002760003184', ...VISA, asks: 'always' },
  {
    behaviour: 'authenticationRequiredSetupForOffSession',
    number: '4000003800000446',
    ...VISA,
    asks: 'unless-off-session',
  },
  {
    behaviour: 'authenticationRequiredChargeDeclinedInsufficientFunds',
    number: '4000008260003178',
    ...VISA,
    asks: 'always',
    refusesCharge: 'funds',
  },
  { behaviour: 'threeDSecure2Required', number: '4000000000003220', ...VISA, asks: 'always' },
  { behaviour: 'bypassPending', number: '4000000000000077', ...VISA },
  { behaviour: 'pendingRefund', number: '4000000000007726', ...VISA, refund: 'pending' },
  { behaviour: 'refundFail', number: '4000000000005126', ...VISA, refund: 'fails' },
  { behaviour: 'createDispute', number: '4000000000000259', ...VISA, follows: 'fraud' },
  {
    behaviour: 'createDisputeProductNotReceived',
    number: '4000000000002685',
    ...VISA,
    follows: 'product-not-received',
  },
  { behaviour: 'createDisputeInquiry', number: '4000000000001976', ...VISA, follows: 'inquiry' },
  { behaviour: 'createIssuerFraudRecord', number: '4000000000005423', ...VISA, follows: 'fraud-warning' },
] as const satisfies readonly TestCard[]

export type CardBehaviour = (typeof TEST_CARDS)[number]['behaviour'] | 'not_a_test_card' | 'link'

export function cardOf(behaviour: CardBehaviour): TestCard | null {
  return TEST_CARDS.find((card) => card.behaviour === behaviour) ?? null
}

export function cardByNumber(number: string): (typeof TEST_CARDS)[number] | null {
  return TEST_CARDS.find((card) => card.number === number) ?? null
}

/** The Luhn check, over 12 to 19 digits. */
export function isCardNumber(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false
  const sum = Array.from(number)
    .reverse()
    .reduce((total, digit, index) => {
      const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2)
      return total + (doubled > 9 ? doubled - 9 : doubled)
    }, 0)
  return sum % 10 === 0
}

export type Verdict =
  | Readonly<{ kind: 'approved' }>
  | Readonly<{ kind: 'declined'; decline: Decline }>
  | Readonly<{ kind: 'authentication_required' }>

type Circumstances = Readonly<{
  offSession: boolean
  /** What becomes of a question that the bank asks while the customer is away: a decline, or a payment that waits. */
  unanswered: 'decline' | 'wait'
  setUp: boolean
  authentication: 'none' | 'approved' | 'denied'
}>

const AUTHENTICATION_FAILED: Decline = {
  code: 'payment_intent_authentication_failure',
  declineCode: null,
  message:
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  advice: 'try_again_later',
}

/** What the bank answers to a charge of this card. */
export function decideCharge(behaviour: CardBehaviour, circumstances: Circumstances): Verdict {
  if (behaviour === 'link') return { kind: 'approved' }
  const card = cardOf(behaviour)
  if (card === null) return { kind: 'declined', decline: DECLINES.notTestCard }
  if (card.refuses !== undefined) return { kind: 'declined', decline: DECLINES[card.refuses] }
  if (asks(card, circumstances)) {
    if (circumstances.authentication === 'none') {
      return circumstances.unanswered === 'wait'
        ? { kind: 'authentication_required' }
        : { kind: 'declined', decline: DECLINES.needsAuthentication }
    }
    if (circumstances.authentication === 'denied') return { kind: 'declined', decline: AUTHENTICATION_FAILED }
  }
  if (card.refusesCharge !== undefined) return { kind: 'declined', decline: DECLINES[card.refusesCharge] }
  return { kind: 'approved' }
}

function asks(card: TestCard, { offSession, setUp }: Circumstances): boolean {
  if (card.asks === undefined) return false
  if (card.asks === 'always') return true
  return !(offSession && (setUp || card.asks === 'unless-off-session'))
}
