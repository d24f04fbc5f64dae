/** What the product is told when it runs on this machine. The same names an operator sets: see .env.example. */
export type ProductSettings = Readonly<{
  appUrl: string
  databaseUrl: string
  readonlyUrl: string
  /** Where the local Stripe listens. */
  stripeUrl: string
  secrets: Secrets
  webhookSecrets: readonly string[]
  /** Anything else the product knows, or other values for the above. */
  overrides?: Readonly<Record<string, string>>
}>

export type Secrets = Readonly<{
  authSecret: string
  apiKeyPepper: string
  stripeSecretKey: string
  stripePublishableKey: string
}>

export function productEnvironment(settings: ProductSettings): Record<string, string> {
  return {
    APP_URL: settings.appUrl,
    DATABASE_URL: settings.databaseUrl,
    READONLY_DATABASE_URL: settings.readonlyUrl,
    AUTH_SECRET: settings.secrets.authSecret,
    API_KEY_PEPPER: settings.secrets.apiKeyPepper,
    STRIPE_SECRET_KEY: settings.secrets.stripeSecretKey,
    STRIPE_PUBLISHABLE_KEY: settings.secrets.stripePublishableKey,
    STRIPE_WEBHOOK_SECRETS: settings.webhookSecrets.join(','),
    STRIPE_API_BASE: settings.stripeUrl,
    STRIPE_JS_URL: `${settings.stripeUrl}/stripe.js`,
    CLOCK_URL: `${settings.stripeUrl}/_emulator/clock`,
    ...settings.overrides,
  }
}
