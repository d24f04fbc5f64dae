import { z } from 'zod'

/** Whole seconds, UTC, with a Z. */
export const dateTime = z.iso.datetime({ precision: 0 })

/** The envelope of what went well. */
export function succeeded<T extends z.ZodType>(data: T) {
  return z.strictObject({ success: z.literal(true), data })
}

/** Every refusal. `details`: what a program may act on, and for input that is not valid, the messages of each field. */
export const errorResponse = z.strictObject({
  success: z.literal(false),
  message: z.string().min(1),
  code: z.string().regex(/^[A-Z][A-Z_]+$/),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])).optional(),
})

export type ErrorResponse = z.infer<typeof errorResponse>
