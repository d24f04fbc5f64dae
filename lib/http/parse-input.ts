import { z } from 'zod'
import { BillingError, type InputIssue } from '@/lib/kit/errors'
import { refuseUnstorableText } from './read-body'

/** @throws BillingError `invalid_input` with what is wrong, field by field */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, part: InputIssue['part'] = 'body'): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { formErrors, fieldErrors } = z.flattenError<unknown>(parsed.error)
  throw new BillingError('invalid_input', 'The request is not valid', {
    fields: { formErrors, fieldErrors },
    issues: parsed.error.issues.map((issue) => inputIssue(part, issue)),
  })
}

/** A schema names a kind of its own in the `params` of a custom issue; every other issue is of zod's kind. */
function inputIssue(part: InputIssue['part'], issue: z.core.$ZodIssue): InputIssue {
  const named: unknown = issue.code === 'custom' ? issue.params?.['kind'] : undefined
  return {
    part,
    path: issue.path.map((step) => (typeof step === 'symbol' ? step.toString() : step)),
    kind: typeof named === 'string' ? named : issue.code,
    message: issue.message,
  }
}

/**
 * The query string as an object. A name given twice is refused: programs in front of us might read the other one. Those
 * of `lists` may be given any number of times, and each is a list, or absent. @throws BillingError `invalid_input`
 */
export function readQuery(url: string, lists: readonly string[] = []): Record<string, string | string[]> {
  const params = new URL(url).searchParams
  const names = [...new Set(params.keys())]
  const repeated = names.filter((name) => !lists.includes(name) && params.getAll(name).length > 1)
  if (repeated.length > 0) {
    const fieldErrors = Object.fromEntries(repeated.map((name) => [name, ['Given more than once']]))
    throw new BillingError('invalid_input', 'The query is not valid', {
      fields: { formErrors: [], fieldErrors },
      issues: repeated.map((name) => ({
        part: 'query',
        path: [name],
        kind: 'repeated',
        message: 'Given more than once',
      })),
    })
  }
  const query = Object.fromEntries(
    names.map((name) => [name, lists.includes(name) ? params.getAll(name) : (params.get(name) ?? '')]),
  )
  refuseUnstorableText(query, 'query')
  return query
}

/** @throws BillingError `invalid_input` for a key that is empty, too long or not printable ASCII */
export function readIdempotencyKey(headers: Headers): string | null {
  const key = headers.get('idempotency-key')
  if (key === null || /^[\x21-\x7e]{1,255}$/.test(key)) return key
  const message = 'Idempotency-Key must be 1 to 255 printable ASCII characters'
  throw new BillingError('invalid_input', message, {
    fields: { formErrors: [message], fieldErrors: {} },
    issues: [{ part: 'header', path: ['idempotency-key'], kind: 'header_invalid', message }],
  })
}
