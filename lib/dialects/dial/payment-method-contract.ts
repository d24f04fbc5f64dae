import { z } from 'zod'

/** Any text: one that names no payment method of the account is answered with 404, whatever it looks like. */
export const paymentMethodPath = z.object({ id: z.string() })

/** 200 of remove-payment-method; ours. */
export const removedResponse = z.strictObject({ removed: z.literal(true) })

/** 200 of set-default-payment-method, which is ours altogether. */
export const defaultResponse = z.strictObject({ id: z.string(), isDefault: z.literal(true) })

/** Body of create-payment-method-checkout, ours, as that of credits: unknown keys are ignored. */
export const paymentMethodCheckoutRequest = z.object({ returnUrl: z.string().optional() })

export const paymentMethodCheckoutResponse = z.strictObject({ clientSecret: z.string().min(1) })
