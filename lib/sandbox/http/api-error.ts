import { plainObject } from '../plain-json'
import type { JsonObject } from '../wire'

export type ErrorBody = Readonly<{
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error' | 'rate_limit_error'
  message: string
  code?: string
  decline_code?: string
  param?: string
  advice_code?: string
  network_decline_code?: string
  charge?: string
  payment_intent?: object
  payment_method?: object
  setup_intent?: object
}>

type Options = Readonly<{
  /** True where the request ran before it was refused: its changes stay, and its key replays the refusal. */
  executed?: boolean
}>

/** A refusal in Stripe's envelope. */
export class ApiError extends Error {
  readonly executed: boolean

  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    options: Options = {},
  ) {
    super(body.message)
    this.executed = options.executed ?? false
  }
}

/** A parameter that fails validation. Nothing runs, and the idempotency key stays free. */
export function invalidParameter(message: string, param: string, code?: string): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    message,
    param,
    ...(code === undefined ? {} : { code }),
  })
}

export function missingResource(noun: string, id: string, param: string): ApiError {
  return new ApiError(param === 'id' ? 404 : 400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${noun}: '${id}'`,
    param,
  })
}

/** The object is in no state for this. */
export function wrongState(message: string, code?: string, extra: Partial<ErrorBody> = {}): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    message,
    ...(code === undefined ? {} : { code }),
    ...extra,
  })
}

/** The envelope every refusal travels in: the SDK knows an error by it, not by the status. */
export function errorEnvelope(body: ErrorBody, requestId: string): { error: JsonObject } {
  return {
    error: {
      ...plainObject(body),
      ...(body.code === undefined
        ? {}
        : { doc_url: `https://docs.stripe.com/error-codes/${body.code.replaceAll('_', '-')}` }),
      request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
    },
  }
}
