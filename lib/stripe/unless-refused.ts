import Stripe from 'stripe'

/** False where Stripe refuses the request as it stands: what it names is gone, or not where it was thought to be. */
export async function unlessRefused(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return false
    throw error
  }
}
