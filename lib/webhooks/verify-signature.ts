import { createHmac, timingSafeEqual } from 'node:crypto'

/** How far a signature's time may lie from ours, in the past and in the future alike. */
const SIGNATURE_TOLERANCE_SECONDS = 300

/**
 * Whether `header` (Stripe-Signature: `t=<unix seconds>,v1=<hex>[,v1=…]`) signs exactly these bytes with one of the
 * secrets, now. Stricter than the stripe package: the HMAC is over the bytes as they came (the package decodes them
 * first, so a byte order mark or a broken sequence would pass), and a time in the future, or one that is no number,
 * is refused. All configured secrets count, so that one can be rotated.
 */
export function verifySignature(
  body: Uint8Array,
  header: string | null,
  secrets: readonly string[],
  nowSeconds: number,
): boolean {
  const signed = parseHeader(header ?? '')
  if (signed === null) return false
  if (Math.abs(nowSeconds - Number(signed.timestamp)) > SIGNATURE_TOLERANCE_SECONDS) return false
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(`${signed.timestamp}.`).update(body).digest()
    return signed.signatures.some((signature) => timingSafeEqual(signature, expected))
  })
}

type SignedHeader = Readonly<{ timestamp: string; signatures: readonly Buffer[] }>

/** Null unless there is exactly one time, of digits only, and at least one well-formed `v1` signature. */
function parseHeader(header: string): SignedHeader | null {
  const items = header.split(',').map((item) => item.trim())
  const timestamps = items.filter((item) => item.startsWith('t='))
  const timestamp = timestamps.length === 1 ? /^t=(\d{1,12})$/.exec(timestamps[0] ?? '')?.[1] : undefined
  const signatures = items.flatMap((item) => {
    const hex = /^v1=([0-9a-f]{64})$/.exec(item)?.[1]
    return hex === undefined ? [] : [Buffer.from(hex, 'hex')]
  })
  return timestamp === undefined || signatures.length === 0 ? null : { timestamp, signatures }
}
