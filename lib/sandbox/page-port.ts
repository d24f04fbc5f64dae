/** What the pages of the local Stripe (embedded and hosted Checkout, invoice, receipt) ask of its core. Amounts in cents. */
export type PagePort = {
  /** Null for an unknown secret. The secret arrives exactly as the API returned it. */
  checkoutByClientSecret(clientSecret: string): Promise<CheckoutView | null>
  checkoutById(sessionId: string): Promise<CheckoutView | null>
  submitCheckout(input: CheckoutSubmission): Promise<CheckoutOutcome>
  /** Keeps a promotion code with the session, or takes it away (null); null where it took effect. */
  enterPromotionCode(
    sessionId: string,
    code: string | null,
  ): Promise<Extract<CheckoutOutcome, { kind: 'invalid' }> | null>
  /** By the unguessable token in hosted_invoice_url and invoice_pdf. */
  invoiceByToken(token: string): Promise<InvoiceView | null>
  /** Pays an open invoice from its page; null for an unknown token. */
  payInvoice(
    token: string,
    authentication: 'none' | 'approved' | 'denied',
  ): Promise<InvoicePaymentOutcome | null>
  /** By the unguessable token in receipt_url. */
  receiptByToken(token: string): Promise<ReceiptView | null>
  /** The emulated time, Unix seconds. */
  nowSeconds(): Promise<number>
}

export type CheckoutView = Readonly<{
  sessionId: string
  uiMode: 'embedded_page' | 'hosted_page'
  status: 'open' | 'complete' | 'expired'
  mode: 'payment' | 'setup' | 'subscription'
  merchantName: string
  currency: string
  lineItems: readonly Readonly<{
    description: string
    quantity: number
    amountCents: number | null
    /** Such as "month" or "3 months"; null for what is sold once. */
    every: string | null
  }>[]
  /** Whether a promotion code can be entered. */
  offerPromotionCode: boolean
  /** The discount in force; `code` is null where the session came with a coupon. */
  discount: Readonly<{ code: string | null; description: string; amountCents: number }> | null
  /** Before the discount; null while the customer types the amount, or nothing is paid. */
  subtotalCents: number | null
  /** Set where the customer types the amount; limits are null where the price has none. */
  customAmount: Readonly<{
    minimumCents: number | null
    maximumCents: number | null
    presetCents: number | null
  }> | null
  /** Null while the customer has not typed it. */
  totalCents: number | null
  savedCards: readonly Readonly<{
    id: string
    brand: string
    last4: string
    expMonth: number
    expYear: number
  }>[]
  offerSave: boolean
  email: string | null
  redirectOnCompletion: 'always' | 'if_required' | 'never'
  /** With the session id filled in; null where the session has none. */
  returnUrl: string | null
  successUrl: string | null
  cancelUrl: string | null
}>

export type CheckoutSubmission = Readonly<{
  sessionId: string
  /** Required where the view has customAmount, null otherwise. */
  amountCents: number | null
  email: string | null
  source:
    | Readonly<{
        kind: 'new-card'
        number: string
        expMonth: number
        expYear: number
        cvc: string
        name: string
        save: boolean
      }>
    | Readonly<{ kind: 'saved-card'; paymentMethodId: string }>
  /** Entered together with the card, as tests do; the page has it kept with the session first. */
  promotionCode?: string | null
  /** The customer's answer to the bank's question, once `authentication_required` was the outcome. */
  authentication: 'none' | 'approved' | 'denied'
}>

export type CheckoutOutcome =
  | Readonly<{ kind: 'complete'; redirectUrl: string | null }>
  | Readonly<{ kind: 'declined'; message: string; code: string; declineCode: string | null }>
  | Readonly<{ kind: 'authentication_required' }>
  | Readonly<{
      kind: 'invalid'
      field: 'amount' | 'number' | 'expiry' | 'cvc' | 'email' | 'promotionCode' | 'session'
      message: string
    }>

export type InvoicePaymentOutcome =
  | Readonly<{ kind: 'paid' }>
  | Readonly<{ kind: 'declined'; message: string }>
  | Readonly<{ kind: 'authentication_required' }>
  /** It is not open any more. */
  | Readonly<{ kind: 'closed' }>

export type InvoiceView = Readonly<{
  id: string
  number: string
  status: 'open' | 'paid' | 'uncollectible' | 'void'
  merchantName: string
  customerName: string | null
  customerEmail: string | null
  currency: string
  createdSeconds: number
  dueSeconds: number | null
  paidSeconds: number | null
  lines: readonly Readonly<{ description: string; quantity: number; amountCents: number }>[]
  subtotalCents: number
  discountCents: number
  totalCents: number
  amountPaidCents: number
  /** Path of the PDF on this server. */
  pdfPath: string
  paymentMethod: string | null
  /** Such as "Visa •••• 4242": what the page of an open invoice pays with; null where there is nothing to pay or no card. */
  payWith: string | null
}>

export type ReceiptView = Readonly<{
  chargeId: string
  merchantName: string
  currency: string
  amountCents: number
  refundedCents: number
  paidSeconds: number
  paymentMethod: string | null
  description: string | null
}>

/** Answers a page's request, or null where the path is none of its own. */
export type PageHandler = (request: Request) => Promise<Response | null>
