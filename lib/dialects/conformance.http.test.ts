import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { updateOrganisation } from '@/lib/core/organisations/update-organisation'
import { addBuyer, type Buyer } from '@/lib/testing/buyer'
import { useDial } from '@/lib/testing/use-dial'

/** What our answers may have beyond the documented example. */
const ADDITIONS = ['.numbersReleaseAt', '.recentUsage']

const example = z.object({
  method: z.string(),
  path: z.string(),
  request: z.unknown(),
  response: z.object({ status: z.number(), body: z.unknown() }),
})

const product = useDial()
let buyer: Buyer

const source = (dialect: string, file: string): unknown =>
  JSON.parse(readFileSync(new URL(`./${dialect}/source/${file}`, import.meta.url), 'utf8'))

/** The examples of the five endpoints that were given as documents; each is sent as it stands there. */
const EXAMPLES = [
  {
    method: 'GET',
    path: '/api/v1/billing',
    request: undefined,
    response: { status: 200, body: source('dial', 'dial-billing.response.json') },
    credential: () => buyer.key,
  },
  {
    method: 'POST',
    path: '/api/v1/billing/checkout/credits',
    request: {},
    response: { status: 200, body: source('dial', 'dial-credits-checkout.response.json') },
    credential: () => buyer.key,
  },
  {
    ...example.parse(source('dreadnode', 'dreadnode-credits-checkout.example.json')),
    credential: () => buyer.key,
  },
  {
    ...example.parse(source('talkover', 'talkover-credits-purchase.example.json')),
    credential: () => buyer.token,
  },
  {
    ...example.parse(source('chuger', 'chuger-credits-purchase.example.json')),
    credential: () => buyer.key,
  },
]

/** The organisation `example`, and a card that Stripe knows by the very id of the example. */
beforeAll(async () => {
  buyer = await addBuyer(product.container(), product.stripe)
  await updateOrganisation(await buyer.context(), { name: 'Example', slug: 'example' })
  const { lastResponse: _, ...card } = await product.stripe.client.paymentMethods.retrieve(buyer.cardId)
  await product.stripe.load([{ ...card, id: 'pm_uuid_1' }])
})

describe('the example request of each documented endpoint gets the documented success', () => {
  it.each(EXAMPLES)('$method $path', async ({ method, path, request, response, credential }) => {
    const answer = await fetch(new URL(path, product.appUrl()), {
      method,
      headers: { authorization: `Bearer ${credential()}`, 'content-type': 'application/json' },
      ...(request === undefined ? {} : { body: JSON.stringify(request) }),
    })
    const body: unknown = await answer.json()
    expect({ status: answer.status, body }).toMatchObject({ status: response.status })
    expect(differences(body, response.body)).toEqual([])
  })

  it('and is refused without a credential before anything else', async () => {
    for (const { method, path, request } of EXAMPLES) {
      const body = method === 'GET' ? {} : { body: JSON.stringify(request) }
      const answer = await fetch(new URL(path, product.appUrl()), { method, ...body })
      expect([path, answer.status]).toEqual([path, 401])
    }
  })
})

describe('a difference is found', () => {
  it.each([
    [{ a: 1 }, { a: '1' }, ['.a: number, not string']],
    [{ a: 1, b: 2 }, { a: 1 }, ['.b: not documented']],
    [{ a: 1 }, { a: 1, b: 2 }, ['.b: missing']],
    [[{ a: 1 }, { a: 'x' }], [{ a: 1 }], ['[1].a: string, not number']],
    [{ a: [] }, { a: {} }, ['.a: array, not object']],
  ])('between %j and %j', (actual, documented, found) => {
    expect(differences(actual, documented)).toEqual(found)
  })
})

/** What an answer has that the documented one has not, or the other way round. Nulls and empty lists tell nothing. */
function differences(actual: unknown, documented: unknown, at = ''): string[] {
  if (actual === null || documented === null) return []
  const [kind, expected] = [kindOf(actual), kindOf(documented)]
  if (kind !== expected) return [`${at}: ${kind}, not ${expected}`]
  if (Array.isArray(actual) && Array.isArray(documented)) {
    return documented.length === 0
      ? []
      : actual.flatMap((item, index) => differences(item, documented[0], `${at}[${String(index)}]`))
  }
  if (!isRecord(actual) || !isRecord(documented)) return []
  return [...new Set([...Object.keys(actual), ...Object.keys(documented)])].flatMap((name) => {
    const place = `${at}.${name}`
    if (!(name in documented)) return ADDITIONS.includes(place) ? [] : [`${place}: not documented`]
    if (!(name in actual)) return [`${place}: missing`]
    return differences(actual[name], documented[name], place)
  })
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
