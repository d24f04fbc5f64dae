import { createHash } from 'node:crypto'

/** Tells two requests of one caller apart that came with the same key. `input` is plain data with its keys in a fixed order. */
export function sha256OfRequest(verb: string, input: unknown): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([verb, input]))
    .digest()
}
