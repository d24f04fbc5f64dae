import { BillingError, type InputIssue } from '@/lib/kit/errors'
import type { JsonCodec } from './dialect'

const BODY_BYTES_MAX = 64 * 1024

/** What a route's body may be beyond an ordinary one. */
export type BodyAllowance = Readonly<{
  bytesMax: number
  /** The schema judges each text itself, so that one that cannot be stored spoils only its own part of the body. */
  textIsJudgedBySchema: true
}>

/**
 * The JSON of a request's body; an empty body is `{}`, whatever the content type says. Bytes are counted while they
 * stream in, so that no declared length is believed.
 * @throws BillingError `payload_too_large`, `invalid_input` (bad UTF-8, bad JSON, text that cannot be stored)
 */
export async function readJsonBody(
  request: Request,
  allowance?: BodyAllowance,
  codec: JsonCodec = JSON,
): Promise<unknown> {
  const bytes = await readBodyBytes(request, allowance?.bytesMax)
  if (bytes.byteLength === 0) return {}
  const value = parseJson(bytes, codec)
  if (allowance === undefined) refuseUnstorableText(value)
  return value
}

/** The body as it came. @throws BillingError `payload_too_large` */
export async function readBodyBytes(
  request: Request,
  bytesMax = BODY_BYTES_MAX,
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(request.headers.get('content-length') ?? '0')
  if (declared > bytesMax) throw tooLarge(bytesMax)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > bytesMax) throw tooLarge(bytesMax)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(bytes: Uint8Array, codec: JsonCodec): unknown {
  try {
    return codec.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw malformed('The body is not valid JSON', 'json_invalid')
  }
}

/**
 * PostgreSQL stores neither NUL nor half a surrogate pair, but JSON can spell both. Walks with a list of its own and
 * not by recursion: 64 KiB of brackets nest deeper than the stack.
 * @throws BillingError `invalid_input`
 */
export function refuseUnstorableText(value: unknown, part: InputIssue['part'] = 'body'): void {
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'string') {
      if (next.includes('\0') || /\p{Surrogate}/u.test(next))
        throw malformed('The text is not valid Unicode', 'text_invalid', part)
    } else if (typeof next === 'object' && next !== null) {
      for (const [name, member] of Object.entries(next)) open.push(name, member)
    }
  }
}

function tooLarge(bytesMax: number): BillingError {
  return new BillingError('payload_too_large', `The body may have at most ${bytesMax} bytes`)
}

function malformed(message: string, kind: string, part: InputIssue['part'] = 'body'): BillingError {
  return new BillingError('invalid_input', message, {
    fields: { formErrors: [message], fieldErrors: {} },
    issues: [{ part, path: [], kind, message }],
  })
}
