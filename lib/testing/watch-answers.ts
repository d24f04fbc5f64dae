import { afterEach, expect } from 'vitest'
import { fetchDocuments, problemsOf, type ServedDocument } from './api-documents'

/**
 * Set-up of the http tests: whatever a test asks of the API, the answer must be what the documents that the same app
 * serves say of it. A test that has seen another one fails, whether or not it looked.
 */
const request = globalThis.fetch
const documents = new Map<string, Promise<readonly ServedDocument[]>>()
const underWay = new Set<Promise<void>>()
let problems: unknown[] = []

globalThis.fetch = async (input, init) => {
  const response = await request(input, init)
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
  if (isOurs(response) && method !== 'HEAD') {
    const check = judge(method, response.clone()).finally(() => underWay.delete(check))
    underWay.add(check)
  }
  return response
}

afterEach(async () => {
  await Promise.all(underWay)
  const found = problems
  problems = []
  expect(found).toEqual([])
})

function isOurs({ url, headers }: Response): boolean {
  if (url === '' || headers.get('content-type')?.startsWith('application/json') !== true) return false
  return /^\/(api\/(v1|user)|v1\/credits|user)(\/|$)/.test(new URL(url).pathname)
}

async function judge(method: string, response: Response): Promise<void> {
  const { origin, pathname: path } = new URL(response.url)
  const body: unknown = await response.json().catch(() => undefined)
  const served = await documentsOf(origin)
  // Cut off on its way, or sent by an app that has ended meanwhile: the test itself says what that should be.
  if (body === undefined || served === null) return
  problems.push(...problemsOf(served, { method, path, status: response.status, body }))
}

async function documentsOf(origin: string): Promise<readonly ServedDocument[] | null> {
  const asked = documents.get(origin) ?? fetchDocuments(origin, request)
  documents.set(origin, asked)
  try {
    return await asked
  } catch {
    documents.delete(origin)
    return null
  }
}
