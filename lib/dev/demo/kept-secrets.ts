import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Secrets } from '../programs/product-environment'

const schema = z.object({
  AUTH_SECRET: z.string(),
  API_KEY_PEPPER: z.string(),
  STRIPE_SECRET_KEY: z.string(),
  STRIPE_PUBLISHABLE_KEY: z.string(),
  /** Where the local Stripe listened last. */
  STRIPE_PORT: z.coerce.number().int().default(0),
  /** Where the page of the mailbox was last. */
  MAILBOX_PORT: z.coerce.number().int().default(0),
  /** Of the endpoint at WEBHOOK_APP_URL. */
  WEBHOOK_SECRET: z.string().optional(),
  WEBHOOK_APP_URL: z.string().optional(),
  /** Which tables the local Stripe's data are in. */
  STRIPE_TABLES: z.string().optional(),
  /** Present once the demo data are whole. */
  DEMO_API_KEY: z.string().optional(),
})

export type Kept = z.infer<typeof schema>

export type KeptSecrets = Readonly<{
  values: Kept
  secrets: Secrets
  keep(changes: Partial<Kept>): void
}>

/** What the demo remembers between its runs, in a file only this user may read. Made at the first start. */
export function openKeptSecrets(file: string): KeptSecrets {
  let values = existsSync(file) ? schema.parse(parseLines(readFileSync(file, 'utf8'))) : generate()
  const write = () => writeFileSync(file, formatLines(values), { mode: 0o600 })
  if (!existsSync(file)) write()
  return {
    get values() {
      return values
    },
    secrets: {
      authSecret: values.AUTH_SECRET,
      apiKeyPepper: values.API_KEY_PEPPER,
      stripeSecretKey: values.STRIPE_SECRET_KEY,
      stripePublishableKey: values.STRIPE_PUBLISHABLE_KEY,
    },
    keep: (changes) => {
      values = { ...values, ...changes }
      write()
    },
  }
}

function generate(): Kept {
  const random = (bytes: number) => randomBytes(bytes).toString('hex')
  return {
    AUTH_SECRET: random(32),
    API_KEY_PEPPER: random(32),
    STRIPE_SECRET_KEY: `sk_test_${random(16)}`,
    STRIPE_PUBLISHABLE_KEY: `pk_test_${random(16)}`,
    STRIPE_PORT: 0,
    MAILBOX_PORT: 0,
  }
}

function parseLines(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.includes('='))
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

function formatLines(values: Kept): string {
  const lines = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${String(value)}`],
  )
  return `${lines.join('\n')}\n`
}
