import { freePort } from '@/lib/dev/free-port'
import { ensureBuild } from '@/lib/dev/programs/ensure-build'
import { productEnvironment, type Secrets } from '@/lib/dev/programs/product-environment'
import { setUpLocalStripe } from '@/lib/dev/programs/set-up-local-stripe'
import { startApp } from '@/lib/dev/programs/start-app'
import { startLocalStripe } from '@/lib/dev/programs/start-local-stripe'
import { startWorker } from '@/lib/dev/programs/start-worker'
import { restartable, type Restartable } from './restartable'
import { startTcpProxy, type TcpProxy } from './start-tcp-proxy'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from './test-database'
import type { TestServer } from './test-server'

export type StackOptions = Readonly<{
  /** Instances of the app; the first is the one Stripe delivers to. */
  apps?: number
  /** False where a test wants to see what waits to be done. */
  worker?: boolean
  /** False where the product is measured: it then reaches PostgreSQL and Stripe without the wires between. */
  wires?: boolean
  /** Where Stripe keeps its state, if not beside the product's: for tests in which the product's PostgreSQL dies. */
  stripeServer?: TestServer
  /** Configuration of the product that differs from the usual. */
  environment?: Readonly<Record<string, string>>
}>

/** Everything a person or a program meets, each part a process of its own, on free ports. */
export type Stack = Readonly<{
  /** The first app's address. */
  appUrl: string
  stripeUrl: string
  /** Stripe's addresses take this one too, so that a test may act as Stripe's account holder. */
  secrets: Secrets
  webhookSecret: string
  database: TestDatabase
  apps: readonly Readonly<{ url: string; process: Restartable }>[]
  localStripe: Restartable
  worker: Restartable | null
  /** The product's wires: to PostgreSQL (as the app's role) and to Stripe's API. They pass everything until told otherwise. */
  databaseWire: TcpProxy
  stripeWire: TcpProxy
  /** What the product runs with, for a further process of one's own. */
  environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}>

export const TEST_SECRETS: Secrets = {
  authSecret: 'a-secret-for-tests-of-thirty-two-characters',
  apiKeyPepper: 'a-pepper-for-tests-of-thirty-two-characters',
  stripeSecretKey: 'sk_test_talktime',
  stripePublishableKey: 'pk_test_talktime',
}

/** Starts the whole product over a fresh database and a fresh local Stripe, building the app if its sources changed. */
export async function startStack(server: TestServer, options: StackOptions = {}): Promise<Stack> {
  const ends: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    return { ...(await assemble(server, options, ends)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Ends = (() => Promise<unknown>)[]

async function assemble(server: TestServer, options: StackOptions, ends: Ends): Promise<Omit<Stack, 'stop'>> {
  await ensureBuild()
  const database = await createTestDatabase(server)
  ends.push(() => database.drop())
  const localStripe = await startStripe(options.stripeServer ?? server, ends)
  const ports = await Promise.all(Array.from({ length: options.apps ?? 1 }, freePort))
  const appUrl = `http://127.0.0.1:${String(ports[0])}`
  const webhookSecret = await setUpLocalStripe({
    stripeUrl: localStripe.url,
    appUrl,
    secrets: TEST_SECRETS,
    knownSecret: null,
  })
  const wires = await startWires(database, localStripe.port, ends)
  const isWired = options.wires !== false
  const environment = productEnvironment({
    appUrl,
    databaseUrl: isWired ? withPort(database.appUrl, wires.databaseWire.port) : database.appUrl,
    readonlyUrl: database.readonlyUrl,
    stripeUrl: localStripe.url,
    secrets: TEST_SECRETS,
    webhookSecrets: [webhookSecret],
    overrides: {
      STRIPE_API_BASE: isWired
        ? withPort(localStripe.url, wires.stripeWire.port).replace(/\/$/, '')
        : localStripe.url,
      PROVIDER_READS_PER_MINUTE: '1000000',
      ...options.environment,
    },
  })
  const apps = []
  for (const port of ports) {
    const process = await restartable(() => startApp({ port, mode: 'start', environment }))
    ends.push(() => process.stop())
    apps.push({ url: `http://127.0.0.1:${String(port)}`, process })
  }
  const worker = options.worker === false ? null : await restartable(() => startWorker({ environment }))
  if (worker !== null) ends.push(() => worker.stop())
  return {
    appUrl,
    stripeUrl: localStripe.url,
    secrets: TEST_SECRETS,
    webhookSecret,
    database,
    apps,
    localStripe: localStripe.process,
    worker,
    ...wires,
    environment,
  }
}

async function startStripe(server: TestServer, ends: Ends) {
  const state = await createEmptyDatabase(server)
  ends.push(() => state.drop())
  const port = await freePort()
  const process = await restartable(
    async () => (await startLocalStripe({ databaseUrl: state.url, port })).program,
  )
  ends.push(() => process.stop())
  return { process, port, url: `http://127.0.0.1:${String(port)}` }
}

async function startWires(database: TestDatabase, stripePort: number, ends: Ends) {
  const databaseWire = await startTcpProxy(Number(new URL(database.appUrl).port))
  const stripeWire = await startTcpProxy(stripePort)
  ends.push(() => databaseWire.close())
  ends.push(() => stripeWire.close())
  return { databaseWire, stripeWire }
}

function withPort(address: string, port: number): string {
  const url = new URL(address)
  url.port = String(port)
  return url.href
}
