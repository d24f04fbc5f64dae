import { createServer } from 'node:http'
import Stripe from 'stripe'
import { afterAll, beforeAll, inject } from 'vitest'
import { startLocalStripe, type LocalStripe } from '@/lib/dev/programs/start-local-stripe'
import { invariant } from '@/lib/kit/assert'
import { createEmptyDatabase } from './test-database'

const realKey = process.env['STRIPE_CONTRACT_KEY']

/**
 * Whether the contract is held against Stripe itself: a test key in STRIPE_CONTRACT_KEY. What needs a control route,
 * or an address that Stripe could reach, is then skipped, and shown as skipped.
 */
export const AGAINST_STRIPE = realKey !== undefined && realKey !== ''

export type Received = Readonly<{ event: Stripe.Event; timestamp: number; copy: number }>

export type StripeContract = Readonly<{
  stripe: Stripe
  /** Another client of the same Stripe. */
  client(options?: Readonly<{ key?: string; timeout?: number }>): Stripe
  url: string
  control<T = unknown>(method: string, path: string, body?: object): Promise<T>
  /** Presses "Pay" in Checkout. */
  submit(sessionId: string, body: object): Promise<{ kind: string } & Record<string, unknown>>
  /** The request as bytes, for what the SDK would not send. */
  send(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Response>
  /** Starts it anew on the same database, after an orderly end or a `kill -9`. */
  restart(how: 'stop' | 'kill'): Promise<void>
}>

/** The Stripe that the surrounding suite is held against: a local one of its own, or Stripe itself. */
export function useStripeContract(): StripeContract {
  let database: Awaited<ReturnType<typeof createEmptyDatabase>> | undefined
  let local: LocalStripe | undefined
  const start = async () => {
    invariant(database !== undefined, 'the database is there')
    local = await startLocalStripe({ databaseUrl: database.url, port: 0, retryBaseMs: 20 })
  }
  beforeAll(async () => {
    if (AGAINST_STRIPE) {
      invariant(realKey?.startsWith('sk_test_') === true, 'STRIPE_CONTRACT_KEY must be a test key')
      return
    }
    database = await createEmptyDatabase(inject('testServer'))
    await start()
  })
  afterAll(async () => {
    await local?.program.stop()
    await database?.drop()
  })
  const url = () => (AGAINST_STRIPE ? 'https://api.stripe.com' : (local?.url ?? ''))
  const client: StripeContract['client'] = ({
    key = realKey ?? 'sk_test_contract',
    timeout = 20_000,
  } = {}) => {
    const { hostname, port, protocol } = new URL(url())
    const address = AGAINST_STRIPE
      ? {}
      : { host: hostname, port, protocol: protocol === 'https:' ? ('https' as const) : ('http' as const) }
    return new Stripe(key, { ...address, timeout, maxNetworkRetries: 0, telemetry: false })
  }
  const control = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url()}/_emulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok)
      throw new Error(`${method} ${path}: ${String(response.status)} ${await response.text()}`)
    // The caller says what its control route answers; a test of the route holds it to that.
    return (await response.json()) as T
  }
  return {
    get stripe() {
      return client()
    },
    get url() {
      return url()
    },
    client,
    control,
    submit: (sessionId, body) => control('POST', `checkout/${sessionId}/submit`, body),
    send: (method, path, body, headers = {}) =>
      fetch(`${url()}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${realKey ?? 'sk_test_contract'}`,
          'content-type': 'application/x-www-form-urlencoded',
          'stripe-version': Stripe.API_VERSION,
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      }),
    restart: async (how) => {
      await (how === 'kill' ? local?.program.kill() : local?.program.stop())
      await start()
    },
  }
}

export type Receiver = Readonly<{
  url: string
  received: Received[]
  refused: string[]
  /** What it answers from now on; 200 to begin with. */
  answer(status: number): void
  /** Resolves once `enough` holds. */
  until(enough: (received: readonly Received[]) => boolean): Promise<void>
  close(): Promise<void>
}>

/** An endpoint that checks every signature with Stripe's own package. */
export async function openReceiver(secret: () => string): Promise<Receiver> {
  const stripe = new Stripe('sk_test_receiver')
  const received: Received[] = []
  const refused: string[] = []
  const waiting: { enough: (received: readonly Received[]) => boolean; resolve: () => void }[] = []
  let status = 200
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const header = String(request.headers['stripe-signature'])
      try {
        const event = stripe.webhooks.constructEvent(Buffer.concat(chunks), header, secret())
        const timestamp = Number(/t=(\d+)/.exec(header)?.[1])
        received.push({
          event,
          timestamp,
          copy: received.filter((other) => other.event.id === event.id).length,
        })
      } catch (error) {
        refused.push(String(error))
      }
      response.writeHead(status).end()
      for (const { enough, resolve } of waiting) if (enough(received)) resolve()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'the receiver has a port')
  return {
    url: `http://127.0.0.1:${String(address.port)}/hook`,
    received,
    refused,
    answer: (next) => {
      status = next
    },
    until: (enough) =>
      enough(received)
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ enough, resolve })
          }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
