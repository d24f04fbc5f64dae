import postgres from 'postgres'
import type { Container } from '@/lib/server/container'
import { localStripeControls, type LocalStripeControls } from '../local-stripe'
import { openStackContainer } from '../stack-container'
import { startStack, type Stack } from '../start-stack'
import type { HeldTestServer, TestServer } from '../test-server'

/** The whole product as processes, over a PostgreSQL of its own that may be crashed; Stripe's stands on another. */
export type Arena = Readonly<{
  stack: Stack
  stripe: LocalStripeControls
  /** The product in this process, for preparing and for looking at what came of it. */
  container: Container
  owner: postgres.Sql
  crashPostgres(): Promise<void>
  close(): Promise<void>
}>

type Servers = Readonly<{ product: HeldTestServer; stripe: TestServer }>

/** Two apps, so that there is mostly one to ask, and a worker. Limits of pace are raised: it is not them that is tried. */
export async function openArena({ product, stripe }: Servers): Promise<Arena> {
  const stack = await startStack(product.server, {
    apps: 2,
    wires: false,
    stripeServer: stripe,
    environment: {
      STRIPE_CALLS_PER_SECOND: '10000',
      REQUESTS_PER_MINUTE: '1000000',
      // The line with which a worker says that it has started.
      LOG_LEVEL: 'info',
    },
  })
  const container = openStackContainer(stack)
  const owner = postgres(stack.database.ownerUrl, { max: 1, onnotice: () => {} })
  return {
    stack,
    stripe: localStripeControls(stack.stripeUrl),
    container,
    owner,
    crashPostgres: () => product.crash(),
    close: async () => {
      await owner.end({ timeout: 5 })
      await container.close()
      await stack.stop()
    },
  }
}
