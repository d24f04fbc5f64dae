import { z } from 'zod'

const interval = z.enum(['monthly', 'annual'])
const promotionCode = z.string().min(1).max(200)
/** Unix seconds. */
const prorationDate = z.int().nonnegative()
/** One price times more numbers is more than Stripe bills at once. */
const QUANTITY_MAX = 1_000

/** Body of create-subscription-checkout. Unknown keys are ignored, as everywhere. */
export const subscriptionCheckoutRequest = z.object({ interval, returnUrl: z.string().optional() })

export const subscriptionCheckoutResponse = z.strictObject({ clientSecret: z.string().min(1) })

/** Body of preview-subscription-change: what is left out is as it is now. */
export const previewRequest = z.object({
  interval: interval.optional(),
  quantity: z.int().min(1).max(QUANTITY_MAX).optional(),
  promotionCode: promotionCode.optional(),
})

/** 200 of preview-subscription-change. Credits among the lines are negative; the fields of a line are ours. */
export const previewResponse = z.strictObject({
  amountDueCents: z.int(),
  currency: z.string(),
  prorationDate,
  discountCents: z.int().nonnegative(),
  lines: z.array(z.strictObject({ description: z.string(), amountCents: z.int() })),
})

export type PreviewResponse = z.infer<typeof previewResponse>

/** Body of change-subscription-interval. */
export const changeRequest = z.object({
  interval,
  promotionCode: promotionCode.optional(),
  prorationDate: prorationDate.optional(),
})

export const changeResponse = z.strictObject({ changed: z.boolean(), interval })

/** 200 of cancelling and resuming, which are ours. */
export const cancellationResponse = z.strictObject({
  cancelAtPeriodEnd: z.boolean(),
  periodEnd: z.iso.datetime({ precision: 0 }),
})

export type CancellationResponse = z.infer<typeof cancellationResponse>
