import pino from 'pino'
import Stripe from 'stripe'
import { afterAll, beforeAll, inject } from 'vitest'
import { z } from 'zod'
import { startLocalStripe, type LocalStripe } from '@/lib/dev/programs/start-local-stripe'
import { invariant } from '@/lib/kit/assert'
import { setUpStripe } from '@/lib/stripe/set-up-stripe'
import { createEmptyDatabase } from './test-database'

const SECRET_KEY = 'sk_test_talktime'

/** A card typed into Checkout; the usual one is accepted. */
export type CardPayment = Readonly<{ cents: number; number?: string; save?: boolean }>

/** The suite's own local Stripe, a process of its own, with the product's catalogue in it. */
export type SuiteStripe = Readonly<{
  url: string
  /** What the product is told, to have this one for Stripe and its clock for business time. */
  env: Readonly<Record<string, string>>
  /** The real SDK, pointed at it. */
  client: Stripe
  /** Plans faults (see its control routes); `calm` ends them. */
  plan(faults: object): Promise<void>
  calm(): Promise<void>
  advance(seconds: number): Promise<void>
  /** What a person does on the Checkout page. */
  pay(sessionId: string, payment: CardPayment): Promise<Readonly<{ kind: string }>>
  /** Requests that the API got since the last `forgetRequests`. */
  requests(): Promise<readonly SentRequest[]>
  forgetRequests(): Promise<void>
  /** Delivers to this app from now on. @returns the secret that the endpoint signs with */
  deliverTo(appUrl: string): Promise<string>
  /** Has every event that waits for delivery tried now. */
  flush(): Promise<void>
  program: LocalStripe['program']
}>

const requestLog = z.object({
  requests: z.array(
    z.looseObject({ method: z.string(), path: z.string(), idempotencyKey: z.string().nullish() }),
  ),
})
export type SentRequest = z.infer<typeof requestLog>['requests'][number]

const outcome = z.looseObject({ kind: z.string() })

export function useLocalStripe(): SuiteStripe {
  let made: { stripe: LocalStripe; client: Stripe; drop(): Promise<void> } | undefined
  const current = () => {
    invariant(made !== undefined, 'the local Stripe is used inside hooks and tests only')
    return made
  }
  const control = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${current().stripe.url}/_emulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok)
      throw new Error(`${method} ${path} answers ${String(response.status)}: ${await response.text()}`)
    return response.json()
  }
  beforeAll(async () => {
    const database = await createEmptyDatabase(inject('testServer'))
    const stripe = await startLocalStripe({ databaseUrl: database.url, port: 0 })
    made = { stripe, client: openClient(stripe), drop: database.drop }
    await prepare(stripe.url, 'http://127.0.0.1:9')
    for await (const endpoint of made.client.webhookEndpoints.list()) {
      await made.client.webhookEndpoints.del(endpoint.id)
    }
  })
  afterAll(async () => {
    await made?.stripe.program.stop()
    await made?.drop()
  })
  return {
    get url() {
      return current().stripe.url
    },
    get env() {
      const { url } = current().stripe
      return { STRIPE_SECRET_KEY: SECRET_KEY, STRIPE_API_BASE: url, CLOCK_URL: `${url}/_emulator/clock` }
    },
    get client() {
      return current().client
    },
    get program() {
      return current().stripe.program
    },
    plan: async (faults) => {
      await control('POST', 'faults', faults)
    },
    calm: async () => {
      await control('DELETE', 'faults')
    },
    advance: async (seconds) => {
      await control('POST', 'clock/advance', { seconds })
    },
    pay: async (sessionId, payment) =>
      outcome.parse(await control('POST', `checkout/${sessionId}/submit`, submission(payment))),
    requests: async () => requestLog.parse(await control('GET', 'requests')).requests,
    forgetRequests: async () => {
      await control('DELETE', 'requests')
    },
    deliverTo: async (appUrl) => {
      const secret = (await prepare(current().stripe.url, appUrl)).webhookSecret
      invariant(secret !== null, 'the endpoint of this app was made just now')
      return secret
    },
    flush: async () => {
      await control('POST', 'deliveries/flush')
    },
  }
}

/** What an operator runs once: products, prices, the endpoint. */
function prepare(apiBase: string, appUrl: string) {
  return setUpStripe({
    secretKey: SECRET_KEY,
    publishableKey: undefined,
    apiBase,
    appUrl,
    replaceWebhook: true,
    log: pino({ level: 'silent' }),
  })
}

function openClient({ url }: LocalStripe): Stripe {
  const { hostname, port } = new URL(url)
  return new Stripe(SECRET_KEY, {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  })
}

function submission({ cents, number = '4242424242424242', save = false }: CardPayment) {
  const card = {
    kind: 'new-card',
    number,
    expMonth: 12,
    expYear: 2040,
    cvc: '123',
    name: 'Ada Example',
    save,
  }
  return { amountCents: cents, email: null, source: card, authentication: 'none' }
}
