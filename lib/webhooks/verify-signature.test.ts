import { createHmac } from 'node:crypto'
import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { verifySignature } from './verify-signature'

const SECRET = 'whsec_current'
const NOW = 1_780_000_000
const TEXT = '{\r\n  "id": "evt_1",\n  "object": "event", "name": "Zoë"\n}'
const body = (text: string): Uint8Array => Buffer.from(text, 'utf8')

/** A header made by Stripe's own package. */
function sign(text: string, options: { secret?: string; timestamp?: number; scheme?: string } = {}): string {
  return Stripe.webhooks.generateTestHeaderString({
    payload: text,
    secret: options.secret ?? SECRET,
    timestamp: options.timestamp ?? NOW,
    ...(options.scheme === undefined ? {} : { scheme: options.scheme }),
  })
}

/** A header whose signature is right for a time that Stripe would not write. */
function signTime(timestamp: string): string {
  return `t=${timestamp},v1=${createHmac('sha256', SECRET).update(`${timestamp}.${TEXT}`).digest('hex')}`
}

const verify = (header: string | null, text = TEXT, secrets: readonly string[] = [SECRET]): boolean =>
  verifySignature(body(text), header, secrets, NOW)

describe('verifySignature', () => {
  it('accepts what Stripe signed, up to 300 seconds to either side', () => {
    for (const offset of [0, -300, 300]) expect(verify(sign(TEXT, { timestamp: NOW + offset }))).toBe(true)
  })

  it('accepts either secret while one is being rotated, and only the new one afterwards', () => {
    const old = sign(TEXT, { secret: 'whsec_old' })
    expect(verify(old, TEXT, [SECRET, 'whsec_old'])).toBe(true)
    expect(verify(sign(TEXT), TEXT, [SECRET, 'whsec_old'])).toBe(true)
    expect(verify(old, TEXT, [SECRET])).toBe(false)
  })

  it('accepts one good signature among several', () => {
    const good = sign(TEXT).split(',v1=')[1] ?? ''
    expect(verify(`t=${String(NOW)},v1=${'0'.repeat(64)},v0=${good},v1=${good}`)).toBe(true)
  })

  const good = sign(TEXT)
  const hex = good.split('v1=')[1] ?? ''
  const refused: readonly (readonly [string, string | null])[] = [
    ['no header', null],
    ['an empty header', ''],
    ['a header without a time', `v1=${hex}`],
    ['a header without a signature', `t=${String(NOW)}`],
    ['only v0', good.replace('v1=', 'v0=')],
    ['another secret', sign(TEXT, { secret: 'whsec_other' })],
    ['a time 301 seconds ago', sign(TEXT, { timestamp: NOW - 301 })],
    ['a time 301 seconds ahead', sign(TEXT, { timestamp: NOW + 301 })],
    ['a time ten years ahead', sign(TEXT, { timestamp: NOW + 315_360_000 })],
    ['a time that is no number', signTime('NaN')],
    ['a time with a fraction', signTime(`${String(NOW)}.5`)],
    ['a negative time', signTime(`-${String(NOW)}`)],
    ['an empty time', signTime('')],
    ['two times', `${good},t=${String(NOW)}`],
    ['a short signature', good.slice(0, -1)],
    ['an upper-case signature', `t=${String(NOW)},v1=${hex.toUpperCase()}`],
    ['a signature of another time', good.replace(String(NOW), String(NOW - 1))],
  ]
  it.each(refused)('refuses %s', (_name, header) => {
    expect(verify(header)).toBe(false)
  })

  it('refuses every body that differs in one byte', () => {
    const bytes = body(TEXT)
    for (let at = 0; at < bytes.byteLength; at++) {
      const altered = Uint8Array.from(bytes)
      altered[at] = (altered[at] ?? 0) ^ 1
      expect(verifySignature(altered, good, [SECRET], NOW)).toBe(false)
    }
  })

  it.each([
    ['a byte order mark', `\uFEFF${TEXT}`],
    ['other line ends', TEXT.replaceAll('\r\n', '\n')],
    ['the same JSON written anew', JSON.stringify(JSON.parse(TEXT))],
    ['a line end more', `${TEXT}\n`],
    ['nothing', ''],
  ])('refuses %s', (_name, text) => {
    expect(verify(good, text)).toBe(false)
  })
})
