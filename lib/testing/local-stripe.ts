import Stripe from 'stripe'
import { z } from 'zod'

export const STRIPE_TEST_KEY = 'sk_test_talktime'

/** A card typed into Checkout; the usual one is accepted. */
export type CardPayment = Readonly<{ cents: number | null; number?: string; save?: boolean }>

/** Without an amount all that was charged. An inquiry takes no money. */
export type DisputeClaim = Readonly<{
  amountCents?: number
  kind?: 'chargeback' | 'inquiry'
  reason?: string
}>

const requestLog = z.object({
  requests: z.array(
    z.looseObject({ method: z.string(), path: z.string(), idempotencyKey: z.string().nullish() }),
  ),
})
export type SentRequest = z.infer<typeof requestLog>['requests'][number]

/** The switches of a running local Stripe, and the real SDK pointed at it. */
export type LocalStripeControls = Readonly<{
  client: Stripe
  /** Plans faults (see its control routes); `calm` ends them. */
  plan(faults: object): Promise<void>
  calm(): Promise<void>
  advance(seconds: number): Promise<void>
  /** What a person does on the Checkout page. */
  pay(sessionId: string, payment: CardPayment): Promise<Readonly<{ kind: string }>>
  /** A bank contests a payment, named by its payment intent or charge. @returns the dispute's id. */
  dispute(payment: string, claim?: DisputeClaim): Promise<string>
  /** What becomes of an open dispute; an inquiry that is lost is closed, and only an inquiry can be escalated. */
  decideDispute(disputeId: string, verdict: 'win' | 'lose' | 'escalate'): Promise<void>
  /** A bank holds a payment for fraud. @returns the early fraud warning's id. */
  warnOfFraud(payment: string): Promise<string>
  /** What becomes of a refund: a pending one succeeds, and one that fails or is cancelled comes back to us. */
  decideRefund(refundId: string, outcome: 'succeed' | 'fail' | 'cancel'): Promise<void>
  /** Requests that the API got since the last `forgetRequests`. */
  requests(): Promise<readonly SentRequest[]>
  forgetRequests(): Promise<void>
  /** Has every event that waits for delivery tried now. */
  flush(): Promise<void>
  /** Puts raw objects of given ids there, for what no request makes: examples whose ids a contract names. */
  load(objects: readonly object[]): Promise<void>
}>

const outcome = z.looseObject({ kind: z.string() })
const made = z.looseObject({ id: z.string() })

export function localStripeControls(url: string): LocalStripeControls {
  const control = (method: string, path: string, body?: object) => callControl(url, method, path, body)
  return {
    client: openClient(url),
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
    dispute: async (payment, claim = {}) =>
      made.parse(await control('POST', 'disputes', { payment, ...claim })).id,
    decideDispute: async (disputeId, verdict) => {
      await control('POST', `disputes/${disputeId}/${verdict}`)
    },
    warnOfFraud: async (payment) => made.parse(await control('POST', 'fraud-warnings', { payment })).id,
    decideRefund: async (refundId, fate) => {
      await control('POST', `refunds/${refundId}/${fate}`)
    },
    requests: async () => requestLog.parse(await control('GET', 'requests')).requests,
    forgetRequests: async () => {
      await control('DELETE', 'requests')
    },
    flush: async () => {
      await control('POST', 'deliveries/flush')
    },
    load: async (objects) => {
      await control('POST', 'fixtures', { objects: objects.map((body) => ({ body })) })
    },
  }
}

async function callControl(url: string, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${url}/_emulator/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (response.ok) return response.json()
  throw new Error(`${method} ${path} answers ${String(response.status)}: ${await response.text()}`)
}

function openClient(url: string): Stripe {
  const { hostname, port } = new URL(url)
  const options = { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false } as const
  return new Stripe(STRIPE_TEST_KEY, options)
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
