/** What a body may weigh. Stripe's largest events are a tenth of it. */
export const BODY_BYTES_MAX = 256 * 1024
/** A sender that has not finished by then is cut off. */
const BODY_MS_MAX = 10_000

export type Body = Readonly<
  { kind: 'bytes'; bytes: Uint8Array } | { kind: 'too_large' } | { kind: 'too_slow' }
>

/** Reads the raw body, as it came off the wire, and stops at the cap whatever Content-Length promised. */
export async function readBody(request: Request): Promise<Body> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES_MAX) return { kind: 'too_large' }
  if (request.body === null) return { kind: 'bytes', bytes: new Uint8Array() }
  const reader = request.body.getReader()
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Body>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'too_slow' }), BODY_MS_MAX)
  })
  try {
    const body = await Promise.race([readAll(reader), timeout])
    if (body.kind !== 'bytes') void reader.cancel().catch(() => {})
    return body
  } finally {
    clearTimeout(timer)
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Body> {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return { kind: 'bytes', bytes: Buffer.concat(chunks) }
    size += value.byteLength
    if (size > BODY_BYTES_MAX) return { kind: 'too_large' }
    chunks.push(value)
  }
}
