import { z } from 'zod'

/** What is wrong with a request: the first sentence, and all of them by field. */
const invalid = z.strictObject({
  message: z.string().min(1),
  errors: z.record(z.string(), z.array(z.string()).min(1)),
})

const limited = z.strictObject({
  error: z.literal('Rate limit exceeded'),
  message: z.string().min(1),
  details: z.strictObject({
    endpoint: z.string(),
    limit: z.int(),
    remaining: z.int(),
    reset_time: z.int(),
    reset_date: z.string(),
  }),
  retry_after: z.int().positive(),
})

/** Every refusal: a sentence; or a name with the sentence, and what belongs to it. */
export const errorResponse = z.union([
  invalid,
  limited,
  z.strictObject({ error: z.string().min(1), message: z.string().min(1), code: z.string().min(1) }),
  z.strictObject({ error: z.string().min(1) }),
  z.strictObject({ message: z.string().min(1) }),
])

export type ErrorResponse = z.infer<typeof errorResponse>
