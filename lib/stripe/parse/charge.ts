import { z } from 'zod'
import { parseAs } from './parse-as'
import { reference } from './reference'

const charge = z.object({ payment_intent: reference.nullish() })

export function parsePaymentOfCharge(value: unknown): string | null {
  return parseAs(charge, value, 'charge').payment_intent ?? null
}
