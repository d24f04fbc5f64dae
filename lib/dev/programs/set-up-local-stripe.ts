import pino from 'pino'
import { setUpStripe } from '@/lib/stripe/set-up-stripe'
import type { Secrets } from './product-environment'

type Options = Readonly<{ stripeUrl: string; appUrl: string; secrets: Secrets; knownSecret: string | null }>

/**
 * Products, prices and the webhook endpoint in the local Stripe, by the script an operator runs. Answers the
 * webhook's secret; Stripe tells it once, so an endpoint whose secret we do not know is replaced.
 */
export async function setUpLocalStripe(options: Options): Promise<string> {
  const report = await setUpStripe({
    secretKey: options.secrets.stripeSecretKey,
    publishableKey: options.secrets.stripePublishableKey,
    apiBase: options.stripeUrl,
    appUrl: options.appUrl,
    replaceWebhook: options.knownSecret === null,
    log: pino({ level: 'silent' }),
  })
  const secret = report.webhookSecret ?? options.knownSecret
  if (secret === null) throw new Error('The local Stripe made a webhook endpoint without a secret.')
  return secret
}
