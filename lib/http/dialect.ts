import type { BillingErrorCode, ErrorDetails, FieldErrors, InputIssue } from '@/lib/kit/errors'

/** What can go wrong in the transport itself, beside what a verb can refuse. */
export type TransportErrorCode = 'internal' | 'route_not_found' | 'method_not_allowed'

/** Everything a caller may be told of a failure. The message is public; `internal` carries the request id in it. */
export type Refusal = Readonly<{
  code: BillingErrorCode | TransportErrorCode
  message: string
  fields: FieldErrors | undefined
  issues?: readonly InputIssue[]
  details: ErrorDetails | undefined
  retryAfterSeconds: number | undefined
  /** Whoever had to be asked for it gave no answer, rather than a bad one. */
  isUnanswered?: boolean
  requestId: string
}>

/** How JSON is read and written where a JavaScript number would lose what its digits say. `parse` throws on bad JSON. */
export type JsonCodec = Readonly<{ parse(text: string): unknown; stringify(value: unknown): string }>

/** One published API: how it words a refusal. The table behind `refuse` is total over the codes. */
export type Dialect = Readonly<{
  name: string
  refuse(refusal: Refusal): Readonly<{ status: number; body: unknown }>
  /** JavaScript's own where it is left out. */
  json?: JsonCodec
}>
