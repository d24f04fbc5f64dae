import type { JsonCodec } from '@/lib/http/dialect'

/** As Laravel reads a body: what is no JSON object has no fields, so that its rules say what is required. */
export const laravelJson: JsonCodec = {
  parse: (text) => {
    const value = parseOr(text, null)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  },
  stringify: (value) => JSON.stringify(value),
}

function parseOr(text: string, otherwise: null): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return otherwise
  }
}
