import { z } from 'zod'
import { usd } from '@/lib/kit/money'

const money = z.string().transform((micros) => usd(BigInt(micros)))
const instant = z.iso.datetime().transform((text) => new Date(text))
const numbers = z.array(z.string())

/** What each mail is told, as it is kept in the outbox: amounts in micro-dollars as text, moments in ISO. */
export const mailData = {
  'running-out': z.object({
    accountName: z.string(),
    step: z.enum(['below-zero', 'week', 'day']),
    owedMicros: money,
    belowZeroSince: instant,
    releaseAt: instant,
    numbers,
  }),
  invitation: z.object({
    accountName: z.string(),
    /** A name, or an e-mail address. */
    invitedBy: z.string(),
    role: z.enum(['owner', 'billing', 'viewer']),
    token: z.string(),
  }),
  released: z.object({ accountName: z.string(), owedMicros: money, numbers, releasedAt: instant }),
  'confirm-purchase': z.object({
    accountName: z.string(),
    amountMicros: money,
    /** Null where it is no card. */
    brand: z.string().nullable(),
    last4: z.string().nullable(),
    /** Whether nobody bought it by hand. */
    automatic: z.boolean(),
    url: z.url(),
    expiresAt: instant,
  }),
  'auto-top-up-stopped': z.object({
    accountName: z.string(),
    reason: z.enum(['charges_failed', 'payment_method_missing', 'payment_disputed', 'fraud_warning']),
    amountMicros: money,
  }),
  'payment-dispute': z.object({
    accountName: z.string(),
    /** `warned`: the bank reports the card, and nobody disputes anything yet. */
    news: z.enum(['opened', 'won', 'lost', 'warned']),
    /** Of the payment, as far as it is disputed. */
    amountMicros: money,
    /** What was left of its credit and is frozen. */
    heldMicros: money,
    /** What was taken back for good. */
    clawedMicros: money,
    /** What of that the wallet did not have, and owes. */
    debtMicros: money,
  }),
  'low-balance': z.object({ accountName: z.string(), balanceMicros: money, thresholdMicros: money }),
  'failed-purchase': z.object({
    accountName: z.string(),
    amountMicros: money,
    trigger: z.enum(['manual', 'threshold', 'scheduled', 'test']),
    /** Of the card; null where it is none, or none was found. */
    brand: z.string().nullable(),
    last4: z.string().nullable(),
    /** The bank's reason, or why the bank was not asked. */
    declineCode: z.string().nullable(),
  }),
  'failed-renewal': z.object({ accountName: z.string(), quantity: z.int() }),
  'expiring-card': z.object({
    accountName: z.string(),
    brand: z.string(),
    last4: z.string(),
    expMonth: z.int(),
    expYear: z.int(),
    isDefault: z.boolean(),
  }),
  renewal: z.object({
    accountName: z.string(),
    quantity: z.int(),
    interval: z.enum(['monthly', 'annual']),
    /** Of one number. */
    priceMicros: money,
    renewsAt: instant,
  }),
  'staff-access': z.object({
    accountName: z.string(),
    /** A name, or an e-mail address. */
    staff: z.string(),
    reason: z.string(),
    /** Real time. */
    startedAt: instant,
  }),
} as const

export type MailTemplate = keyof typeof mailData

/** The name of a template, as it is kept in the outbox. */
export const mailTemplate = z.custom<MailTemplate>(
  (name) => typeof name === 'string' && Object.hasOwn(mailData, name),
)

export type RunningOutMail = z.infer<(typeof mailData)['running-out']>
export type ConfirmPurchaseMail = z.infer<(typeof mailData)['confirm-purchase']>
export type ReleasedMail = z.infer<(typeof mailData)['released']>
export type InvitationMail = z.infer<(typeof mailData)['invitation']>
export type AutoTopUpStoppedMail = z.infer<(typeof mailData)['auto-top-up-stopped']>
export type PaymentDisputeMail = z.infer<(typeof mailData)['payment-dispute']>
export type LowBalanceMail = z.infer<(typeof mailData)['low-balance']>
export type FailedPurchaseMail = z.infer<(typeof mailData)['failed-purchase']>
export type FailedRenewalMail = z.infer<(typeof mailData)['failed-renewal']>
export type ExpiringCardMail = z.infer<(typeof mailData)['expiring-card']>
export type RenewalMail = z.infer<(typeof mailData)['renewal']>
export type StaffAccessMail = z.infer<(typeof mailData)['staff-access']>
