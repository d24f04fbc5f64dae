import type { Dialect, JsonCodec, Refusal } from './dialect'

/** A JSON answer as it is sent, but for what marks the request: in bytes, since to encode a long text costs more than to send it. */
export type Written = Readonly<{
  bytes: Uint8Array<ArrayBuffer>
  headers: Readonly<Record<string, string>>
}>

/** What a route's handler answers where headers of its own go with the body. */
export class Answer {
  constructor(
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

/** A JSON answer that no cache, shared or the browser's own, may keep. */
export function jsonResponse(
  status: number,
  body: unknown,
  requestId: string,
  codec: JsonCodec = JSON,
): Response {
  return writtenResponse(write(body, codec), requestId, status)
}

/** What a handler answered, in JSON. */
export function write(answer: unknown, codec: JsonCodec = JSON): Written {
  const { body, headers } = answer instanceof Answer ? answer : new Answer(answer, {})
  return { bytes: Buffer.from(codec.stringify(body)), headers }
}

export function writtenResponse({ bytes, headers }: Written, requestId: string, status = 200): Response {
  return new Response(bytes, {
    status,
    headers: { 'content-type': 'application/json', ...headers, ...marksOf(requestId) },
  })
}

/** A refusal in the dialect's words, with the headers that every dialect shares. */
export function refusalResponse(dialect: Dialect, refusal: Refusal): Response {
  const { status, body } = dialect.refuse(refusal)
  const response = jsonResponse(status, body, refusal.requestId, dialect.json)
  if (status === 401) response.headers.set('www-authenticate', 'Bearer')
  if (refusal.retryAfterSeconds !== undefined) {
    response.headers.set('retry-after', String(refusal.retryAfterSeconds))
  }
  return response
}

/** Marks an answer as private to its caller and traceable in the log. */
export function sealed(response: Response, requestId: string): Response {
  for (const [name, value] of Object.entries(marksOf(requestId))) response.headers.set(name, value)
  return response
}

function marksOf(requestId: string) {
  return {
    'cache-control': 'private, no-store',
    'x-request-id': requestId,
    'x-content-type-options': 'nosniff',
  }
}
