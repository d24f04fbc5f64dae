import { readFileSync } from 'node:fs'
import Ajv2020 from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { z } from 'zod'
import { billingResponse, creditsCheckoutResponse, errorResponse } from '@/lib/dialects/dial/contract'
import { numberResponse, numbersResponse, releaseResponse } from '@/lib/dialects/dial/numbers-contract'
import { invariant } from '@/lib/kit/assert'
import type { Container } from '@/lib/server/container'
import { addPerson, type TestPerson } from './person'
import { startTcpProxy, type TcpProxy } from './start-tcp-proxy'
import { useTestContainer } from './test-container'
import { useApp } from './use-app'
import { useLocalStripe, type SuiteStripe } from './use-local-stripe'
import { useTestDatabase, type SuiteDatabase } from './use-test-database'

export const BILLING = '/api/v1/billing'
export const CHECKOUT = '/api/v1/billing/checkout/credits'

/** A published document and the name in it of what the endpoint answers with. */
type Published = Readonly<{ name: string; success: string }>

/** What each endpoint answers with when all is well, by our own contract; and where there is one, the published document. */
const ENDPOINTS: readonly Readonly<{ path: RegExp; success: z.ZodType; published?: Published }>[] = [
  {
    path: /^\/api\/v1\/billing$/,
    success: billingResponse,
    published: { name: 'dial-billing', success: 'Billing' },
  },
  {
    path: /^\/api\/v1\/billing\/checkout\/credits$/,
    success: creditsCheckoutResponse,
    published: { name: 'dial-credits-checkout', success: 'Billing_createCreditsCheckout_Response_200' },
  },
  { path: /^\/api\/v1\/numbers$/, success: z.union([numbersResponse, numberResponse]) },
  { path: /^\/api\/v1\/numbers\/[^/]+$/, success: z.union([numberResponse, releaseResponse]) },
]

type Answer = Readonly<{ status: number; body: unknown }>
type Wire = 'database' | 'stripe'

/** The built app with a local Stripe, seen through Dial's endpoints; its wires to both servers can be made to fail. */
export type DialSuite = Readonly<{
  database: SuiteDatabase
  stripe: SuiteStripe
  appUrl(): string
  container(): Container
  /** Two people of two accounts, each with a key and a welcome credit of 5.00. */
  ada(): TestPerson
  bob(): TestPerson
  /** Signed with Ada's key where no other is given. */
  call(path: string, init?: RequestInit, key?: string): Promise<Response>
  startCheckout(body: unknown, headers?: Record<string, string>): Promise<Response>
  /** Status and body, once the body is what our own contract and the published document say of such an answer. */
  answer(response: Response): Promise<Answer>
  /** A Checkout that was opened for Ada: its session's id. */
  openSession(): Promise<string>
  /** Refuses every connection until the test has ended. */
  cut(wire: Wire): Promise<void>
  mend(wire: Wire): Promise<void>
  /** Fills up what accounts may start: the limit itself has a test of its own. */
  freshCheckoutBucket(): Promise<void>
}>

export function useDial(): DialSuite {
  const database = useTestDatabase()
  const stripe = useLocalStripe()
  const wires = new Map<Wire, TcpProxy>()
  beforeAll(async () => {
    wires.set('database', await startTcpProxy(portOf(database.appUrl)))
    wires.set('stripe', await startTcpProxy(portOf(stripe.url)))
  })
  const app = useApp(database, () => ({
    ...stripe.env,
    DATABASE_URL: withPort(database.appUrl, wires.get('database')?.port),
    STRIPE_API_BASE: withPort(stripe.url, wires.get('stripe')?.port),
    RETURN_URL_ORIGINS: 'https://partner.example',
    REQUESTS_PER_MINUTE: '1000000',
  }))
  const container = useTestContainer(database, () => ({ ...stripe.env, APP_URL: app().url }))
  const people: TestPerson[] = []
  beforeAll(async () => {
    people.push(await addPerson(container()), await addPerson(container()))
  })
  afterEach(async () => {
    for (const wire of wires.values()) await wire.setMode('pass')
  })
  afterAll(async () => {
    for (const wire of wires.values()) await wire.close()
  })
  const person = (index: number): TestPerson => {
    const found = people[index]
    invariant(found !== undefined, 'people are there inside tests only')
    return found
  }
  const call: DialSuite['call'] = (path, init = {}, key = person(0).key) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${key}`)
    return fetch(new URL(path, app().url), { redirect: 'manual', ...init, headers })
  }
  const startCheckout: DialSuite['startCheckout'] = (body, headers = {}) =>
    call(CHECKOUT, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  return {
    database,
    stripe,
    appUrl: () => app().url,
    container,
    ada: () => person(0),
    bob: () => person(1),
    call,
    startCheckout,
    answer: readAnswer,
    openSession: async () => {
      const { body } = await readAnswer(await startCheckout({}))
      return creditsCheckoutResponse.parse(body).clientSecret.split('_secret_', 1)[0] ?? ''
    },
    cut: async (wire) => wires.get(wire)?.setMode('refuse'),
    mend: async (wire) => wires.get(wire)?.setMode('pass'),
    freshCheckoutBucket: async () => {
      await database.db.sql`delete from rate_limit where bucket like 'checkout:%'`
    },
  }
}

async function readAnswer(response: Response): Promise<Answer> {
  const body: unknown = await response.json()
  // One made in this process came from nowhere: a refusal, worded alike for every endpoint.
  const path = response.url === '' ? '' : new URL(response.url).pathname
  const endpoint = ENDPOINTS.find((known) => known.path.test(path))
  const schema = response.ok ? endpoint?.success : errorResponse
  expect(schema?.safeParse(body).error?.issues ?? []).toEqual([])
  if (endpoint?.published) expect(publishedProblems(endpoint.published, response, body)).toEqual([])
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  return { status: response.status, body }
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

function withPort(address: string, port: number | undefined): string {
  const url = new URL(address)
  url.port = String(port)
  return url.href.replace(/\/$/, '')
}

/** What the published document, which names 200, 401 and 409, has against an answer. */
function publishedProblems({ name, success }: Published, response: Response, body: unknown): unknown[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats(ajv)
  ajv.addSchema(
    JSON.parse(
      readFileSync(new URL(`../dialects/dial/source/${name}.openapi.json`, import.meta.url), 'utf8'),
    ) as object,
    name,
  )
  const validate = ajv.compile({
    $ref: `${name}#/components/schemas/${response.ok ? success : 'Error'}`,
  })
  validate(body)
  return validate.errors ?? []
}
