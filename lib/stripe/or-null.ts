import { isMissing } from './map-error'

/** Null for what Stripe does not know: the object asked for, or the one that `parameter` names. */
export async function orNull<T>(call: Promise<T>, parameter?: string): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (isMissing(error, parameter)) return null
    throw error
  }
}
