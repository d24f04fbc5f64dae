import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json'
import type { JsonCodec } from '@/lib/http/dialect'
import { invariant } from '@/lib/kit/assert'

/** Bodies are read and written with the digits of their numbers: what is money never becomes a float. */
export const losslessJson: JsonCodec = {
  parse: (text) => {
    const value = parse(text)
    // Kept by its digits it would pass for an object without members.
    return isLosslessNumber(value) ? Number(value.value) : value
  },
  stringify: (value) => {
    const text = stringify(value)
    invariant(text !== undefined, 'an answer is JSON')
    return text
  },
}

/** A number on the wire, digit by digit. */
export type WireNumber = LosslessNumber

export function wireNumber(digits: string): WireNumber {
  return new LosslessNumber(digits)
}
