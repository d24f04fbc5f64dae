import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { RouteHandler } from '@/lib/http/route-definition'
import { API_DOCUMENTS } from '@/lib/openapi/documents'
import type { Operation } from '@/lib/openapi/operation'

const APP = fileURLToPath(new URL('../../../app', import.meta.url))
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const operations: readonly Operation[] = Object.values(API_DOCUMENTS).flatMap(
  (document) => document.operations,
)

/** Addresses that programs call; what serves the pages themselves is none of them. */
const addresses = readdirSync(APP, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^(api\/(v1|user)|v1|user)\/(.*\/)?route\.ts$/.test(file))
  .map((file) => path.dirname(file))

describe('every route that programs call is in a document, and parses what that says', () => {
  it.each(addresses)('%s', async (address) => {
    const exported = (await import(path.join(APP, address, 'route.ts'))) as Record<string, RouteHandler>
    const template = `/${address.replace(/\[(\w+)\]/g, '{$1}')}`
    const answered = METHODS.filter((method) => exported[method]?.definition !== undefined)
    const documented = operations.filter((operation) => operation.path === template)
    expect(documented.map(({ method }) => method).sort()).toEqual([...answered].sort())
    for (const { method, endpoint } of documented) expect(endpoint[method]).toBe(exported[method])
  })
})
