import path from 'node:path'
import { freePort, isFree } from '../free-port'
import { LaunchError } from '../launch-error'
import { ensureBuild } from '../programs/ensure-build'
import { productEnvironment } from '../programs/product-environment'
import { startApp } from '../programs/start-app'
import { startLocalMailbox, type Mailbox } from '../programs/start-local-mailbox'
import { startLocalStripe } from '../programs/start-local-stripe'
import { startWorker } from '../programs/start-worker'
import { HISTORY_DAYS } from '../seed/people'
import { choosePort } from './choose-port'
import { claimFolder } from './claim-folder'
import { describeDemo } from './describe-demo'
import { openKeptSecrets, type KeptSecrets } from './kept-secrets'
import { discardData, MAILS, prepareData, startServer, type Data } from './prepare-data'
import { requireSameTables } from './require-same-tables'
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
  const { options, progress, kept } = context
  requireSameTables(kept)
  const url = `http://localhost:${String(port)}`
  // The build needs nothing of the rest and takes the longest, so everything else happens meanwhile.
  const build = options.mode === 'dev' ? Promise.resolve() : buildWithProgress(progress)
  build.catch(() => {})
  const data = await progress.step('PostgreSQL and migrations', () => startData(context))
  const stripePort = await chooseStripePort(kept)
  const stripeUrl = `http://127.0.0.1:${String(stripePort)}`
  const stripe = progress.step('Local Stripe', () => startStripe(context, data, stripePort, url))
  stripe.catch(() => {})
  // An earlier start knows all that the product is told, and then nothing waits for the local Stripe.
  const knownSecret = knownWebhookSecret(kept, url)
  const webhookSecret = knownSecret ?? (await stripe)
  const mailbox = await startMailbox(context)
  const environment = productEnvironment({
    appUrl: url,
    databaseUrl: data.appUrl,
    readonlyUrl: data.readonlyUrl,
    stripeUrl,
    secrets: kept.secrets,
    webhookSecrets: [webhookSecret],
    overrides: { SMTP_URL: mailbox.smtpUrl, MAIL_FROM: 'Talktime <billing@talktime.example>' },
  })
  const apiKey = kept.values.DEMO_API_KEY ?? (await seed(context, data, stripeUrl, environment))
  await build
  const product = progress.step('Worker and app', () => startProduct(context, port, environment))
  const [secret] = await Promise.all([stripe, product, mailbox.ready])
  if (secret !== webhookSecret) {
    throw new LaunchError('The local Stripe had to make its webhook endpoint anew: start once more.')
  }
  process.stdout.write(
    describeDemo({ url, stripeUrl, mailboxUrl: mailbox.pageUrl, apiKey, folder: options.folder }),
  )
}

async function startProduct(
  { options, folder, parts }: Launch,
  port: number,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const logs = path.join(folder, 'logs')
  parts.watch(startWorker({ environment, onLine: logTo(logs, 'worker', false) }))
  const onLine = logTo(logs, 'app', options.mode === 'dev')
  parts.watch(await startApp({ port, mode: options.mode, environment, onLine }))
}

/** It starts beside the rest: nobody needs it before the first mail. */
async function startMailbox({ folder, parts, kept }: Launch): Promise<Mailbox> {
  const lastPort = kept.values.MAILBOX_PORT
  const pagePort = lastPort !== 0 && (await isFree(lastPort)) ? lastPort : await freePort()
  kept.keep({ MAILBOX_PORT: pagePort })
  const ports = { smtpPort: await freePort(), pagePort }
  const file = path.join(folder, MAILS)
  const onLine = logTo(path.join(folder, 'logs'), 'mailbox', false)
  const mailbox = startLocalMailbox({ ...ports, file, onLine })
  parts.watch(mailbox.program)
  mailbox.ready.catch(() => {})
  return mailbox
}

async function buildWithProgress(progress: Progress): Promise<void> {
  await progress.step('Production build', () =>
    ensureBuild((line) => {
      if (/^\s*(✓|Creating|Running TypeScript)/.test(line)) progress.say(`  build: ${line.trim()}`)
    }),
  )
}

async function startData({ folder, parts, kept }: Launch): Promise<Data> {
  const cluster = startServer(folder)
  // Known from the first moment on: it would outlive a launcher that is stopped while it starts.
  parts.add(() =>
    cluster.then(
      (running) => running.stop(),
      () => {},
    ),
  )
  return prepareData(await cluster, kept.values.DEMO_API_KEY !== undefined)
}

async function chooseStripePort(kept: KeptSecrets): Promise<number> {
  const last = kept.values.STRIPE_PORT
  const port = last !== 0 && (await isFree(last)) ? last : await freePort()
  kept.keep({ STRIPE_PORT: port })
  return port
}

/** The endpoint's secret is known for the address it was made for; at another address another endpoint is made. */
function knownWebhookSecret({ values }: KeptSecrets, appUrl: string): string | null {
  const isSameSite = values.WEBHOOK_APP_URL === appUrl && values.DEMO_API_KEY !== undefined
  return isSameSite ? (values.WEBHOOK_SECRET ?? null) : null
}

/** @returns the secret of its webhook endpoint */
async function startStripe(
  { folder, parts, kept }: Launch,
  data: Data,
  port: number,
  appUrl: string,
): Promise<string> {
  const starting = startLocalStripe({
    databaseUrl: data.stripeUrl,
    port,
    clockStartsAt: new Date(Date.now() - HISTORY_DAYS * 86_400_000),
    onLine: logTo(path.join(folder, 'logs'), 'local-stripe', false),
  })
  starting.catch(() => {})
  // Stripe's package takes a while to load, as does the program that is starting.
  const { setUpLocalStripe } = await import('../programs/set-up-local-stripe')
  const { program, url } = await starting
  parts.watch(program)
  const knownSecret = knownWebhookSecret(kept, appUrl)
  const secret = await setUpLocalStripe({ stripeUrl: url, appUrl, secrets: kept.secrets, knownSecret })
  kept.keep({ WEBHOOK_SECRET: secret, WEBHOOK_APP_URL: appUrl })
  return secret
}

async function seed(
  { progress, kept }: Launch,
  data: Data,
  stripeUrl: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  // Only the first start needs it, and it brings the whole product with it.
  const { seedDemo } = await import('../seed/seed-demo')
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
