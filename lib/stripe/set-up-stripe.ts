import type { Logger } from 'pino'
import { openStripeClient } from './open-client'
import { PRICES, PRODUCTS } from './setup/catalogue'
import { ensurePrice, ensureProduct } from './setup/ensure-price'
import { ensureWebhook } from './setup/ensure-webhook'
import { refuseMixedModes } from './setup/refuse-mixed-modes'

export type StripeSetup = Readonly<{
  secretKey: string
  /** Compared with the secret key where it is known. */
  publishableKey: string | undefined
  /** A stand-in for Stripe on this machine; undefined for Stripe itself. */
  apiBase: string | undefined
  /** Where Stripe reaches the app: the webhook's URL is made of it. */
  appUrl: string
  /** Replaces a webhook endpoint of the same URL, whose secret is lost or whose API version is old: the secret changes. */
  replaceWebhook: boolean
  log: Logger
}>

export type SetupReport = Readonly<{
  livemode: boolean
  items: readonly Readonly<{ what: string; id: string; made: boolean }>[]
  /** Known only when the endpoint was made just now: Stripe never tells it again. */
  webhookSecret: string | null
}>

/**
 * Makes what Talktime needs in a Stripe account: products, prices by lookup key, the webhook endpoint. What is there
 * already stays as it is, so it may be run any number of times. @throws Error with one sentence for what stands in the way
 */
export async function setUpStripe(setup: StripeSetup): Promise<SetupReport> {
  const livemode = refuseMixedModes(setup)
  const client = openStripeClient(setup)
  const products = await inTurn(PRODUCTS, (product) => ensureProduct(client, product, livemode))
  const prices = await inTurn(PRICES, (price) => ensurePrice(client, price))
  const webhook = await ensureWebhook(client, setup)
  return { livemode, items: [...products, ...prices, webhook.item], webhookSecret: webhook.secret }
}

/** One after the other: a product before its prices, and nothing near a rate limit. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}

export type SetupItem = SetupReport['items'][number]
