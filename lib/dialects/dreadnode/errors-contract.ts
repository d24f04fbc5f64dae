import { z } from 'zod'

/** `loc` begins with the part of the request: `["body", "quantity"]`. */
const validationItem = z.strictObject({
  loc: z.array(z.union([z.string(), z.int()])),
  msg: z.string(),
  type: z.string(),
})

/** Every refusal. `errors` is there for 422 alone and left out otherwise. */
export const errorResponse = z.strictObject({
  code: z.literal([400, 401, 403, 404, 405, 409, 422, 426, 429, 500, 502, 504]),
  detail: z.string().min(1),
  type: z.enum([
    'authentication_error',
    'forbidden_error',
    'not_found_error',
    'conflict_error',
    'validation_error',
    'bad_request_error',
    'rate_limit_error',
    'app_error',
    'bad_gateway_error',
    'gateway_timeout_error',
    'upgrade_required_error',
    'already_exists_error',
  ]),
  errors: z.array(validationItem).optional(),
})

export type ErrorResponse = z.infer<typeof errorResponse>
export type ValidationItem = z.infer<typeof validationItem>
