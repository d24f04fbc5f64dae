import { z } from 'zod'

/** A field that holds an object's id, or the object itself where it was expanded. */
export const reference = z
  .union([z.string(), z.object({ id: z.string() })])
  .transform((value) => (typeof value === 'string' ? value : value.id))

/** Our own label on an object of Stripe's: a hint for a look-up, never authority. */
export const metadata = z.record(z.string(), z.string()).nullish()

export function unixSeconds(seconds: number): Date {
  return new Date(seconds * 1000)
}
