import path from 'node:path'
import { freePort, isFree } from '../free-port'
import { LaunchError } from '../launch-error'
import { ensureBuild } from '../programs/ensure-build'
import { productEnvironment } from '../programs/product-environment'
import { setUpLocalStripe } from '../programs/set-up-local-stripe'
import { startApp } from '../programs/start-app'
import { startLocalStripe, type LocalStripe } from '../programs/start-local-stripe'
import { startWorker } from '../programs/start-worker'
import { HISTORY_DAYS, seedDemo } from '../seed/seed-demo'
import { choosePort } from './choose-port'
import { claimFolder } from './claim-folder'
import { describeDemo } from './describe-demo'
import { openKeptSecrets, type KeptSecrets } from './kept-secrets'
import { discardData, prepareData, type Data } from './prepare-data'
import { showProgress, type Progress } from './progress'
import type { LaunchOptions } from './read-options'
import { logTo, type RunningParts } from './running-parts'

type Launch = Readonly<{
  options: LaunchOptions
  folder: string
  parts: RunningParts
  progress: Progress
  kept: KeptSecrets
}>

/** Starts everything and says where it is. What it started is in `parts`. @throws LaunchError */
export async function runDemo(options: LaunchOptions, parts: RunningParts): Promise<void> {
  const progress = showProgress()
  const folder = path.resolve(options.folder)
  const claim = claimFolder(folder, `http://localhost:${String(options.port)}`)
  parts.add(async () => claim.release())
  const wish = { port: options.port, isFixed: options.isPortFixed, isWorthWaiting: claim.hadDeadHolder }
  const port = await choosePort(wish, progress.say)
  if (options.reset) await progress.step('Forgetting the earlier data', () => discardData(folder))
  const kept = openKeptSecrets(path.join(folder, 'demo.env'))
  await launch({ options, folder, parts, progress, kept }, port)
}

async function launch(context: Launch, port: number): Promise<void> {
  const { options, folder, parts, progress, kept } = context
  const url = `http://localhost:${String(port)}`
  // The build needs nothing of the rest and takes the longest, so everything else happens meanwhile.
  const build = options.mode === 'dev' ? Promise.resolve() : buildWithProgress(progress)
  build.catch(() => {})
  const data = await progress.step('PostgreSQL and migrations', () => startData(context))
  const stripe = await progress.step('Local Stripe', () => startStripe(context, data))
  const webhookSecret = await setUpWebhook(context, stripe.url, url)
  const environment = productEnvironment({
    appUrl: url,
    databaseUrl: data.appUrl,
    readonlyUrl: data.readonlyUrl,
    stripeUrl: stripe.url,
    secrets: kept.secrets,
    webhookSecrets: [webhookSecret],
  })
  const apiKey = kept.values.DEMO_API_KEY ?? (await seed(context, data, stripe.url, environment))
  await build
  const logs = path.join(folder, 'logs')
  await progress.step('Worker and app', async () => {
    parts.watch(startWorker({ environment, onLine: logTo(logs, 'worker', false) }))
    const onLine = logTo(logs, 'app', options.mode === 'dev')
    parts.watch(await startApp({ port, mode: options.mode, environment, onLine }))
  })
  process.stdout.write(describeDemo(url, stripe.url, apiKey, options.folder))
}

async function buildWithProgress(progress: Progress): Promise<void> {
  await progress.step('Production build', () =>
    ensureBuild((line) => {
      if (/^\s*(✓|Creating|Running TypeScript)/.test(line)) progress.say(`  build: ${line.trim()}`)
    }),
  )
}

async function startData({ folder, parts, kept }: Launch): Promise<Data> {
  const data = await prepareData(folder, kept.values.DEMO_API_KEY !== undefined)
  parts.add(() => data.cluster.stop())
  return data
}

async function startStripe({ folder, parts, kept }: Launch, data: Data): Promise<LocalStripe> {
  const last = kept.values.STRIPE_PORT
  const port = last !== 0 && (await isFree(last)) ? last : await freePort()
  const stripe = await startLocalStripe({
    databaseUrl: data.stripeUrl,
    port,
    clockStartsAt: new Date(Date.now() - HISTORY_DAYS * 86_400_000),
    onLine: logTo(path.join(folder, 'logs'), 'local-stripe', false),
  })
  parts.watch(stripe.program)
  kept.keep({ STRIPE_PORT: stripe.port })
  return stripe
}

/** The endpoint's secret is known for the address it was made for; at another address another endpoint is made. */
async function setUpWebhook({ kept }: Launch, stripeUrl: string, appUrl: string): Promise<string> {
  const isSameSite = kept.values.WEBHOOK_APP_URL === appUrl && kept.values.DEMO_API_KEY !== undefined
  const knownSecret = isSameSite ? (kept.values.WEBHOOK_SECRET ?? null) : null
  const secret = await setUpLocalStripe({ stripeUrl, appUrl, secrets: kept.secrets, knownSecret })
  kept.keep({ WEBHOOK_SECRET: secret, WEBHOOK_APP_URL: appUrl })
  return secret
}

async function seed(
  { progress, kept }: Launch,
  data: Data,
  stripeUrl: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const { apiKey } = await progress.step('Demo data: four months of history', () =>
    seedDemo({
      environment,
      ownerUrl: data.ownerUrl,
      stripeUrl,
      onProgress: (text) => progress.say(`  ${text}`),
    }),
  )
  if (kept.values.DEMO_API_KEY !== undefined) throw new LaunchError('The demo data were made twice.')
  kept.keep({ DEMO_API_KEY: apiKey })
  return apiKey
}
