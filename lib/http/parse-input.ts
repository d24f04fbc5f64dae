import { z } from 'zod'
import { BillingError } from '@/lib/kit/errors'
import { refuseUnstorableText } from './read-body'

/** @throws BillingError `invalid_input` with what is wrong, field by field */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { formErrors, fieldErrors } = z.flattenError<unknown>(parsed.error)
  throw new BillingError('invalid_input', 'The request is not valid', { fields: { formErrors, fieldErrors } })
}

/**
 * The query string as an object. A name given twice is refused: programs in front of us might read the other one.
 * @throws BillingError `invalid_input`
 */
export function readQuery(url: string): Record<string, string> {
  const params = new URL(url).searchParams
  const repeated = [...new Set(params.keys())].filter((name) => params.getAll(name).length > 1)
  if (repeated.length > 0) {
    const fieldErrors = Object.fromEntries(repeated.map((name) => [name, ['Given more than once']]))
    throw new BillingError('invalid_input', 'The query is not valid', {
      fields: { formErrors: [], fieldErrors },
    })
  }
  const query = Object.fromEntries(params)
  refuseUnstorableText(query)
  return query
}

/** @throws BillingError `invalid_input` for a key that is empty, too long or not printable ASCII */
export function readIdempotencyKey(headers: Headers): string | null {
  const key = headers.get('idempotency-key')
  if (key === null || /^[\x21-\x7e]{1,255}$/.test(key)) return key
  const message = 'Idempotency-Key must be 1 to 255 printable ASCII characters'
  throw new BillingError('invalid_input', message, { fields: { formErrors: [message], fieldErrors: {} } })
}
