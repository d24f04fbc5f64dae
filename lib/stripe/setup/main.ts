import pino from 'pino'
import { stripeSetupEnv } from '@/lib/env'
import { setUpStripe, type SetupReport } from '../set-up-stripe'

/** `npm run stripe:setup [-- --replace-webhook]`: prints what was made, and the webhook's secret the one time it is known. */
async function main(flags: readonly string[]): Promise<void> {
  const unknown = flags.find((flag) => flag !== '--replace-webhook')
  if (unknown !== undefined) throw new Error(`Unknown option ${unknown}; there is only --replace-webhook.`)
  const env = stripeSetupEnv()
  const report = await setUpStripe({
    secretKey: env.STRIPE_SECRET_KEY,
    publishableKey: env.STRIPE_PUBLISHABLE_KEY,
    apiBase: env.STRIPE_API_BASE,
    appUrl: env.APP_URL,
    replaceWebhook: flags.includes('--replace-webhook'),
    log: pino({ level: 'silent' }),
  })
  process.stdout.write(describe(report))
}

function describe({ livemode, items, webhookSecret }: SetupReport): string {
  const lines = [
    `Stripe account set up in ${livemode ? 'live' : 'test'} mode.`,
    ...items.map((item) => `  ${item.made ? 'made ' : 'found'}  ${item.what}  ${item.id}`),
    webhookSecret === null
      ? 'The webhook endpoint was there already: its secret was shown when it was made.'
      : `Add this to STRIPE_WEBHOOK_SECRETS now, it is not shown again:\n  ${webhookSecret}`,
  ]
  return `${lines.join('\n')}\n`
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
