import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { fetchDocuments, type ServedDocument } from '@/lib/testing/api-documents'
import { arbitraryRequest, type FuzzRequest, type Known } from '@/lib/testing/fuzz/arbitrary-request'
import { addBuyer } from '@/lib/testing/buyer'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { isLongRun, repetitions } from '@/lib/testing/repetitions'
import { openStackContainer } from '@/lib/testing/stack-container'
import { useStack } from '@/lib/testing/use-stack'

const REQUESTS = repetitions({ usual: 600, long: 20_000 })
/** At once, so that requests meet each other. */
const LANES = 8
const BATCH = 400
const TAKES_TOKENS = /^\/api\/(user|v1\/(credits|user))/

const stack = useStack({
  // The wires run in this process, which is busy with proving answers: what the product is told would wait for that.
  wires: false,
  environment: { REQUESTS_PER_MINUTE: '10000000', STRIPE_CALLS_PER_SECOND: '10000' },
})
let documents: readonly ServedDocument[]
let known: Known

/** Two accounts that can pay, and every credential that opens them. */
beforeAll(async () => {
  documents = await fetchDocuments(stack().appUrl, fetch)
  const container = openStackContainer(stack())
  const stripe = localStripeControls(stack().stripeUrl)
  const buyers = [await addBuyer(container, stripe), await addBuyer(container, stripe)]
  const accounts = buyers.map(({ accountId }) => accountId)
  const organisations = await stack().database.db.sql<{ slug: string }[]>`
    select slug from account where id in ${stack().database.db.sql(accounts)}`
  known = {
    ids: [
      ...organisations.map(({ slug }) => slug),
      'num_1',
      'in_1',
      '1',
      'default',
      ...buyers.map(({ cardId }) => cardId),
    ],
    // Mostly what opens the door, so that most requests meet what is behind it.
    credentials: (path) =>
      buyers.flatMap(({ key, token }) =>
        TAKES_TOKENS.test(path) ? [token, token, token, key] : [key, key, key, token],
      ),
  }
  await container.close()
})

/**
 * Beside all other tests the machine can stand still for longer than the product waits: whoever is told when to come back
 * then is served, and it happens to each lane once at most. Where the fuzz has the machine for itself it never does.
 */
const LATE_MAX = isLongRun ? 0 : LANES
let late = 0

/** Refuses with the request itself, so that it can be sent again. */
async function send({ method, path, headers, body }: FuzzRequest): Promise<number> {
  const response = await fetch(stack().appUrl + path, { method, headers, body, redirect: 'manual' })
  const text = await response.text()
  if (response.status < 500) return response.status
  const waitSeconds = Number(response.headers.get('retry-after'))
  if (response.status === 503 && waitSeconds > 0 && ++late <= LATE_MAX) {
    console.log(`fuzz, late: ${method} ${path} ${text}`)
    await new Promise((resolve) => setTimeout(resolve, waitSeconds * 1_000))
    return send({ method, path, headers, body })
  }
  throw new Error(`${String(response.status)} ${text}: ${JSON.stringify({ method, path, headers, body })}`)
}

test('no request of any kind makes the API fail, or answer what its documents do not say', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const statuses = new Map<number, number>()
  const requests = fc.sample(arbitraryRequest(documents, known), { numRuns: REQUESTS, seed })
  for (let start = 0; start < requests.length; start += BATCH) {
    // What people may do a minute has tests of its own; here it would hide everything behind it.
    await stack().database.db.sql`delete from rate_limit`
    const batch = requests.slice(start, start + BATCH).values()
    const lane = async (): Promise<void> => {
      for (const request of batch) {
        const status = await send(request)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane)).catch((error: unknown) => {
      throw new Error(`with seed ${String(seed)}: ${String(error)}`, { cause: error })
    })
  }
  console.log(`fuzz, seed ${String(seed)}: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}`)
  // It gets through to the verbs, and not only to the door.
  for (const status of [200, 400, 401, 404, 405]) expect(statuses.get(status) ?? 0).toBeGreaterThan(0)
})
