import { z } from 'zod'
import type { CheckoutSubmission, CheckoutView } from '../page-port'
import { readAmount } from './read-amount'

export type FieldError = Readonly<{ field: string; message: string }>

export type CheckoutFormReading =
  | Readonly<{ ok: true; submission: CheckoutSubmission }>
  | Readonly<{ ok: false; errors: readonly FieldError[] }>

/**
 * Reads what the customer submitted on the page of `view`, field by field, so that every mistake is told at once.
 * Whether a card pays is the core's business; here a card only has to be well-formed and not past its expiry.
 */
export function readCheckoutForm(
  fields: URLSearchParams,
  view: CheckoutView,
  nowSeconds: number,
): CheckoutFormReading {
  const isNewCard = fields.get('source') === 'new-card'
  const schema = isNewCard ? newCardForm(view, nowSeconds) : savedCardForm(view)
  const parsed = schema.safeParse({ ...BLANK, ...Object.fromEntries(fields) })
  if (parsed.success) return { ok: true, submission: { sessionId: view.sessionId, ...parsed.data } }
  return {
    ok: false,
    errors: parsed.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'source'), message })),
  }
}

function newCardForm(view: CheckoutView, nowSeconds: number) {
  const card = z.object({
    number: cardNumber,
    expiry: expiry(nowSeconds),
    cvc: text(4).regex(/^\d{3,4}$/, 'Enter the 3 or 4 digits of the security code.'),
    name: text(200).min(1, 'Enter the name on the card.'),
    save: z.literal('on').optional(),
  })
  return payerForm(view)
    .extend(card.shape)
    .transform(({ amount, email, authentication, number, expiry, cvc, name, save }) => ({
      amountCents: amount,
      email,
      authentication,
      source: {
        kind: 'new-card' as const,
        number,
        ...expiry,
        cvc,
        name,
        save: view.offerSave && save === 'on',
      },
    }))
}

function savedCardForm(view: CheckoutView) {
  const isOffered = (id: string) => view.savedCards.some((card) => card.id === id)
  return payerForm(view)
    .extend({ source: text(255).refine(isOffered, 'Choose how to pay.') })
    .transform(({ amount, email, authentication, source }) => ({
      amountCents: amount,
      email,
      authentication,
      source: { kind: 'saved-card' as const, paymentMethodId: source },
    }))
}

/** What is asked whichever card pays. A customer's known e-mail address is not theirs to change here. */
function payerForm(view: CheckoutView) {
  const email = z.preprocess(
    (typed) => view.email ?? (typeof typed === 'string' ? typed.trim() : ''),
    z
      .email('Enter an e-mail address, such as name@example.com.')
      .max(254, 'This e-mail address is too long.'),
  )
  return z.object({
    amount: amount(view),
    email,
    authentication: z.enum(['none', 'approved', 'denied']).default('none'),
  })
}

/** Null where the price fixes the amount. */
function amount(view: CheckoutView) {
  return text(40).transform((typed, context) => {
    if (view.customAmount === null) return null
    const reading = readAmount(typed, view.customAmount, view.currency)
    if (reading.ok) return reading.amountCents
    context.addIssue({ code: 'custom', message: reading.message })
    return z.NEVER
  })
}

const cardNumber = text(40)
  .transform((typed) => typed.replace(/[\s-]/g, ''))
  .refine((digits) => /^\d{12,19}$/.test(digits) && passesLuhn(digits), 'Enter a valid card number.')

function expiry(nowSeconds: number) {
  return text(12).transform((typed, context) => {
    const [, month = '', year = ''] = /^(\d{1,2})\s*\/?\s*(\d{2}|20\d{2})$/.exec(typed) ?? []
    const expMonth = Number(month)
    const expYear = year.length === 2 ? 2000 + Number(year) : Number(year)
    if (expMonth < 1 || expMonth > 12) {
      context.addIssue({ code: 'custom', message: 'Enter the expiration date as month / year.' })
      return z.NEVER
    }
    const now = new Date(nowSeconds * 1000)
    const isPast = expYear * 12 + expMonth < now.getUTCFullYear() * 12 + now.getUTCMonth() + 1
    if (isPast) {
      context.addIssue({ code: 'custom', message: 'This card has expired.' })
      return z.NEVER
    }
    return { expMonth, expYear }
  })
}

function text(lengthMax: number) {
  return z.string().trim().max(lengthMax, 'This is too long.')
}

/** A field the browser did not send counts as one left empty. */
const BLANK = { amount: '', source: '', number: '', expiry: '', cvc: '', name: '' }

/** The check digit of ISO/IEC 7812: every second digit from the right doubled, the sum a multiple of ten. */
function passesLuhn(digits: string): boolean {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
  return sum % 10 === 0
}
