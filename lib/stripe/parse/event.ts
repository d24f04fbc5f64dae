import { z } from 'zod'
import type { ProviderEvent } from '@/lib/core/ports/payment-provider'
import { unixSeconds } from './reference'

const event = z.object({
  id: z.string().min(1),
  object: z.literal('event'),
  type: z.string().min(1),
  created: z.int(),
  livemode: z.boolean(),
  api_version: z.string().nullish(),
  data: z.object({ object: z.object({ id: z.string().optional() }) }),
})

/** Null for what is no event. An event about an object without an id stands for itself. */
export function parseEvent(value: unknown, payload: string): ProviderEvent | null {
  const parsed = event.safeParse(value)
  if (!parsed.success) return null
  const found = parsed.data
  return {
    id: found.id,
    type: found.type,
    objectId: found.data.object.id ?? found.id,
    livemode: found.livemode,
    apiVersion: found.api_version ?? null,
    createdAt: unixSeconds(found.created),
    payload,
  }
}
