import { freePort } from '@/lib/dev/free-port'
import { ensureBuild } from '@/lib/dev/programs/ensure-build'
import { productEnvironment } from '@/lib/dev/programs/product-environment'
import { setUpLocalStripe } from '@/lib/dev/programs/set-up-local-stripe'
import { startApp } from '@/lib/dev/programs/start-app'
import { startLocalStripe } from '@/lib/dev/programs/start-local-stripe'
import { parseEnv } from '@/lib/env'
import { openContainer, type Container } from '@/lib/server/container'
import { TEST_SECRETS } from '@/lib/testing/start-stack'
import { createEmptyDatabase } from '@/lib/testing/test-database'
import type { TestServer } from '@/lib/testing/test-server'

const CALLS_PER_SECOND = 100_000

export type BenchedProduct = Readonly<{
  appUrl: string
  stripeUrl: string
  /** The same product in this process. */
  container: Container
}>

/** The built app over the database, beside a local Stripe, with every limit raised; no worker runs. What ends them goes to `ends`. */
export async function startProduct(
  server: TestServer,
  database: Readonly<{ appUrl: string; readonlyUrl: string }>,
  ends: (() => Promise<unknown>)[],
): Promise<BenchedProduct> {
  await ensureBuild()
  const state = await createEmptyDatabase(server)
  ends.push(() => state.drop())
  const stripe = await startLocalStripe({ databaseUrl: state.url, port: 0 })
  ends.push(() => stripe.program.stop())
  const port = await freePort()
  const appUrl = `http://127.0.0.1:${String(port)}`
  const site = { stripeUrl: stripe.url, appUrl, secrets: TEST_SECRETS }
  const webhookSecret = await setUpLocalStripe({ ...site, knownSecret: null })
  const environment = productEnvironment({
    ...site,
    databaseUrl: database.appUrl,
    readonlyUrl: database.readonlyUrl,
    webhookSecrets: [webhookSecret],
    overrides: {
      // As in production, business time is the machine's own.
      CLOCK_URL: '',
      STRIPE_CALLS_PER_SECOND: String(CALLS_PER_SECOND),
      REQUESTS_PER_MINUTE: '10000000',
      PROVIDER_READS_PER_MINUTE: '10000000',
      LOG_LEVEL: 'warn',
    },
  })
  const container = openContainer(parseEnv(environment))
  ends.push(() => container.close())
  const app = await startApp({ port, mode: 'start', environment })
  ends.push(() => app.stop())
  return { appUrl, stripeUrl: stripe.url, container }
}
