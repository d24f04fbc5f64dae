import { z } from 'zod'

/** Whole seconds, UTC, with a Z. */
export const dateTime = z.iso.datetime({ precision: 0 })

const subscription = z.strictObject({
  periodStart: dateTime,
  periodEnd: dateTime,
  quantity: z.int().positive(),
  interval: z.enum(['monthly', 'annual']),
  cancelAtPeriodEnd: z.boolean(),
})

export const e164 = z.string().regex(/^\+\d{7,15}$/)

const number = z.strictObject({
  id: z.string().min(1),
  number: e164,
  nickname: z.string().nullable(),
  mode: z.enum(['PAYG', 'FIXED']),
})

const deposit = z.strictObject({
  createdAt: dateTime,
  amountCents: z.int().positive(),
  kind: z.enum(['card', 'welcome', 'manual']),
  invoiceId: z.string().nullable(),
})

const paymentMethod = z.strictObject({
  id: z.string().min(1),
  type: z.string().min(1),
  brand: z.string(),
  last4: z.string(),
  expMonth: z.int(),
  expYear: z.int(),
  email: z.string().nullable(),
  isDefault: z.boolean(),
})

const usage = z.strictObject({
  occurredAt: dateTime,
  fareName: z.string(),
  number: z.string().nullable(),
  billedQuantity: z.int().nonnegative(),
  totalCents: z.int().nonnegative(),
  attribution: z.enum(['wallet', 'entitlement']),
})

/** 200 of get-billing. Every field is always present, in this order; `numbersReleaseAt` and `recentUsage` are additions. */
export const billingResponse = z.strictObject({
  balanceCents: z.int(),
  numbersReleaseAt: dateTime.nullable(),
  subscription: subscription.nullable(),
  numbers: z.array(number),
  deposits: z.array(deposit).max(20),
  pricing: z.strictObject({ monthlyCents: z.int(), annualCents: z.int() }),
  paymentMethods: z.array(paymentMethod),
  recentUsage: z.array(usage).max(20),
})

export type BillingResponse = z.infer<typeof billingResponse>

/** Body of create-credits-checkout. Unknown keys are ignored; whether the URL may be returned to is the verb's to say. */
export const creditsCheckoutRequest = z.object({ returnUrl: z.string().optional() })

export const creditsCheckoutResponse = z.strictObject({ clientSecret: z.string().min(1) })

/** What is wrong with a body, field by field. */
export const validationErrors = z.strictObject({
  formErrors: z.array(z.string()),
  fieldErrors: z.record(z.string(), z.array(z.string())),
})

/** Every refusal: a sentence, or for a body that is not valid, what is wrong with it field by field. */
export const errorResponse = z.strictObject({
  error: z.union([z.string().min(1), validationErrors]),
})
