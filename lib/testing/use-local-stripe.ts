import pino from 'pino'
import { afterAll, beforeAll, inject } from 'vitest'
import { startLocalStripe } from '@/lib/dev/programs/start-local-stripe'
import { invariant } from '@/lib/kit/assert'
import { setUpStripe } from '@/lib/stripe/set-up-stripe'
import { localStripeControls, STRIPE_TEST_KEY, type LocalStripeControls } from './local-stripe'
import { createEmptyDatabase } from './test-database'

/** The suite's own local Stripe: its switches, and what the product is told to have it for Stripe and for the time. */
export type SuiteStripe = LocalStripeControls &
  Readonly<{ url: string; env: Readonly<Record<string, string>> }>

/**
 * Gives the surrounding suite a local Stripe, a process of its own, with the product's catalogue in it and nobody to
 * deliver events to. Its members may be used inside hooks and tests.
 */
export function useLocalStripe(): SuiteStripe {
  let stripe: SuiteStripe | undefined
  let end: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const database = await createEmptyDatabase(inject('testServer'))
    const { program, url } = await startLocalStripe({ databaseUrl: database.url, port: 0 })
    end = async () => {
      await program.stop()
      await database.drop()
    }
    const controls = localStripeControls(url)
    await makeCatalogue(url, controls)
    const env = {
      STRIPE_SECRET_KEY: STRIPE_TEST_KEY,
      STRIPE_API_BASE: url,
      CLOCK_URL: `${url}/_emulator/clock`,
    }
    stripe = { ...controls, url, env }
  })
  afterAll(async () => {
    await end?.()
  })
  const current = (): SuiteStripe => {
    invariant(stripe !== undefined, 'the local Stripe is used inside hooks and tests only')
    return stripe
  }
  return {
    get url() {
      return current().url
    },
    get env() {
      return current().env
    },
    get client() {
      return current().client
    },
    plan: (faults) => current().plan(faults),
    calm: () => current().calm(),
    advance: (seconds) => current().advance(seconds),
    pay: (sessionId, payment) => current().pay(sessionId, payment),
    dispute: (payment, claim) => current().dispute(payment, claim),
    decideDispute: (disputeId, verdict) => current().decideDispute(disputeId, verdict),
    warnOfFraud: (payment) => current().warnOfFraud(payment),
    decideRefund: (refundId, fate) => current().decideRefund(refundId, fate),
    requests: () => current().requests(),
    forgetRequests: () => current().forgetRequests(),
    flush: () => current().flush(),
    load: (objects) => current().load(objects),
  }
}

/** What an operator's script makes, less the endpoint: the suite reads events from the list. */
async function makeCatalogue(apiBase: string, { client }: LocalStripeControls): Promise<void> {
  await setUpStripe({
    secretKey: STRIPE_TEST_KEY,
    publishableKey: undefined,
    apiBase,
    appUrl: 'http://127.0.0.1:9',
    replaceWebhook: false,
    log: pino({ level: 'silent' }),
  })
  for await (const endpoint of client.webhookEndpoints.list()) await client.webhookEndpoints.del(endpoint.id)
}
