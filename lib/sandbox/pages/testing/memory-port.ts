import type {
  CheckoutOutcome,
  CheckoutSubmission,
  CheckoutView,
  InvoicePaymentOutcome,
  InvoiceView,
  PagePort,
  ReceiptView,
} from '../../page-port'

/** A port that holds one session, invoice and receipt in memory, and remembers what the pages submitted. */
export type MemoryPort = PagePort & {
  checkout: CheckoutView
  readonly submissions: CheckoutSubmission[]
  readonly codes: (string | null)[]
  /** What becomes of a promotion code; by default it takes effect. */
  answerCode: (code: string | null) => Awaited<ReturnType<PagePort['enterPromotionCode']>>
  /** The bank's question, as the invoice page answered it: one a press of "Pay". */
  readonly answers: ('none' | 'approved' | 'denied')[]
  /** What becomes of paying an invoice; by default it is paid. */
  answerPayment: (authentication: 'none' | 'approved' | 'denied') => InvoicePaymentOutcome
  /** What happens to a submission; by default it pays. Whatever it answers, `complete` also closes the session. */
  answer: (submission: CheckoutSubmission) => CheckoutOutcome | Promise<CheckoutOutcome>
}

export const CLIENT_SECRET = 'cs_test_a1b2_secret_fid%2Fwd%3D%27<b>'
export const NOW_SECONDS = Date.UTC(2026, 10, 21, 12) / 1000

/** A port whose session, invoice and receipt differ from the examples below in what is given. */
export function createMemoryPort(
  given: Readonly<{ checkout?: Partial<CheckoutView>; invoice?: Partial<InvoiceView> }> = {},
): MemoryPort {
  const port: MemoryPort = {
    checkout: { ...CHECKOUT, ...given.checkout },
    submissions: [],
    codes: [],
    answerCode: () => null,
    answers: [],
    answerPayment: () => ({ kind: 'paid' }),
    answer: () => ({ kind: 'complete', redirectUrl: null }),
    checkoutByClientSecret: (clientSecret) =>
      Promise.resolve(clientSecret === CLIENT_SECRET ? port.checkout : null),
    checkoutById: (sessionId) =>
      Promise.resolve(sessionId === port.checkout.sessionId ? port.checkout : null),
    async submitCheckout(submission) {
      port.submissions.push(submission)
      const outcome = await port.answer(submission)
      if (outcome.kind === 'complete') port.checkout = { ...port.checkout, status: 'complete' }
      return outcome
    },
    enterPromotionCode(_, code) {
      port.codes.push(code)
      const refusal = port.answerCode(code)
      return Promise.resolve(refusal)
    },
    invoiceByToken: (token) =>
      Promise.resolve(token === 'invoice-token' ? { ...INVOICE, ...given.invoice } : null),
    async payInvoice(token, authentication) {
      if (token !== 'invoice-token') return null
      port.answers.push(authentication)
      return port.answerPayment(authentication)
    },
    receiptByToken: (token) => Promise.resolve(token === 'receipt-token' ? RECEIPT : null),
    nowSeconds: () => Promise.resolve(NOW_SECONDS),
  }
  return port
}

const CHECKOUT: CheckoutView = {
  sessionId: 'cs_test_a1b2',
  uiMode: 'embedded_page',
  status: 'open',
  mode: 'payment',
  merchantName: 'Talktime',
  currency: 'usd',
  lineItems: [{ description: 'Talktime credits', quantity: 1, amountCents: null, every: null }],
  offerPromotionCode: false,
  discount: null,
  subtotalCents: null,
  customAmount: { minimumCents: 500, maximumCents: 100_000, presetCents: 2_500 },
  totalCents: null,
  savedCards: [],
  offerSave: true,
  email: null,
  redirectOnCompletion: 'never',
  returnUrl: null,
  successUrl: null,
  cancelUrl: null,
}

const INVOICE: InvoiceView = {
  id: 'in_1',
  number: 'TALK-0001',
  status: 'paid',
  merchantName: 'Talktime',
  customerName: 'Ada Example',
  customerEmail: 'ada@example.com',
  currency: 'usd',
  createdSeconds: NOW_SECONDS,
  dueSeconds: null,
  paidSeconds: NOW_SECONDS,
  lines: [{ description: 'Talktime credits', quantity: 1, amountCents: 123_450 }],
  subtotalCents: 123_450,
  discountCents: 0,
  totalCents: 123_450,
  amountPaidCents: 123_450,
  pdfPath: '/invoice/invoice-token/pdf',
  paymentMethod: 'Visa ending in 4242',
  payWith: null,
}

const RECEIPT: ReceiptView = {
  chargeId: 'ch_1',
  merchantName: 'Talktime',
  currency: 'usd',
  amountCents: 2_500,
  refundedCents: 500,
  paidSeconds: NOW_SECONDS,
  paymentMethod: 'Visa ending in 4242',
  description: 'Talktime credits',
}
