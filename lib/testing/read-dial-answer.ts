import { expect } from 'vitest'
import type { z } from 'zod'
import { errorResponse } from '@/lib/dialects/dial/contract'

/** Status and body of an answer, once the body is what our contract says of it and no cache may keep it. */
export async function readDialAnswer(
  response: Response,
  ok: z.ZodType,
): Promise<Readonly<{ status: number; body: unknown }>> {
  const body: unknown = await response.json()
  const schema = response.status === 200 ? ok : errorResponse
  expect({ body, issues: schema.safeParse(body).error?.issues ?? [] }).toEqual({ body, issues: [] })
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  return { status: response.status, body }
}
