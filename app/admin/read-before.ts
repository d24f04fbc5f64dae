import { z } from 'zod'

const id = z
  .string()
  .regex(/^[1-9]\d{0,17}$/)
  .transform(BigInt)
  .nullable()
  .catch(null)

/** The id before which a list is read on, from an address; null where none, or nothing of the kind, stands there. */
export function readBefore(value: string | string[] | undefined): bigint | null {
  return id.parse(value ?? null)
}
