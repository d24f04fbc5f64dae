import { z } from 'zod'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]', '::1'])

/** Several values in one variable, separated by commas; white space inside a value is refused. */
const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter((part) => part !== ''))

const loopbackUrl = z
  .url()
  .refine(
    (url) => LOOPBACK.has(new URL(url).hostname),
    'must name a loopback address (127.0.0.1 or localhost)',
  )
  .optional()

const schema = z.object({
  /** Where browsers reach the app; the origin that return URLs and cookie requests are compared with. */
  APP_URL: z.url(),
  DATABASE_URL: z.url(),
  READONLY_DATABASE_URL: z.url(),
  AUTH_SECRET: z.string().min(32, 'must have at least 32 characters'),
  /** Keyed into the hash of every API key, so that a copy of the database alone cannot test a key. */
  API_KEY_PEPPER: z.string().min(32, 'must have at least 32 characters'),
  STRIPE_SECRET_KEY: z.string().regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a Stripe secret key'),
  STRIPE_PUBLISHABLE_KEY: z.string().regex(/^pk_(test|live)_\w+$/, 'must be a Stripe publishable key'),
  /** All accepted, so that a secret can be rotated. */
  STRIPE_WEBHOOK_SECRETS: list.pipe(
    z
      .array(z.string().regex(/^whsec_\S+$/, 'must be webhook secrets (whsec_…)'))
      .min(1, 'must name a webhook secret'),
  ),
  STRIPE_API_BASE: loopbackUrl,
  STRIPE_JS_URL: loopbackUrl,
  CLOCK_URL: loopbackUrl,
  /** Calls to Stripe a second and endpoint, shared by all instances. */
  STRIPE_CALLS_PER_SECOND: z.coerce.number().int().min(1).default(20),
  /** Origins besides APP_URL's to which Checkout may return. */
  RETURN_URL_ORIGINS: list.pipe(z.array(z.url().transform((url) => new URL(url).origin))),
  WELCOME_CREDIT_CENTS: z.coerce.number().int().min(0).max(100_000).default(500),
  /** What a month of a pay-as-you-go number costs. */
  NUMBER_RENT_CENTS: z.coerce.number().int().min(0).max(100_000).default(300),
  /** What a credit of the dialects that count in credits stands for, in micro-dollars; 10000 is a cent. */
  CREDIT_MICROS: z.coerce
    .number()
    .int()
    .min(
      5_000,
      "must be at least 5000: 100 credits may not cost less than Stripe's least charge of 0.50 dollars",
    )
    .max(
      99_999_999,
      "must be at most 99999999: 10,000 credits may not cost more than Stripe's largest charge",
    )
    .default(10_000),
  /** What topping up by itself may charge an account in a day, in UTC. */
  AUTO_TOP_UP_DAILY_LIMIT_CENTS: z.coerce.number().int().min(0).max(100_000_000).default(50_000),
  /** What one staff person may grant or correct by hand in an account in a day; above it a second one decides. */
  MANUAL_GRANT_LIMIT_CENTS: z.coerce.number().int().min(0).max(100_000_000).default(10_000),
  /** How many proxies in front of the app append to X-Forwarded-For; 0 ignores the header. */
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(5).default(0),
  /** Of one person, or of all programs of one account. */
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).max(10_000_000).default(600),
  /** Of one account: requests that ask Stripe live, whose calls all accounts share. */
  PROVIDER_READS_PER_MINUTE: z.coerce.number().int().min(1).max(10_000_000).default(60),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(10),
  /** The SMTP server that delivers our mail; without one it stays in the outbox. */
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an SMTP address (smtp:// or smtps://)' })
    .optional(),
  /** Whom mail comes from. */
  MAIL_FROM: z
    .string()
    .regex(/^(?:[^<>@\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, 'must be an e-mail address')
    .optional(),
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

/** The variables there are, for the test that holds .env.example to them. */
export const ENV_NAMES = Object.keys(schema.shape)

export type Env = z.infer<typeof schema> & Readonly<{ livemode: boolean; development: boolean }>

let cached: Env | undefined

/** The process's configuration, read once. @throws Error with one sentence for each variable that is off. */
export function env(): Env {
  return (cached ??= parseEnv(process.env))
}

const setupSchema = schema
  .pick({ APP_URL: true, STRIPE_SECRET_KEY: true, STRIPE_API_BASE: true })
  .extend({ STRIPE_PUBLISHABLE_KEY: schema.shape.STRIPE_PUBLISHABLE_KEY.optional() })

/** What `npm run stripe:setup` needs, which runs before the rest is configured. @throws Error like `env` */
export function stripeSetupEnv(): z.infer<typeof setupSchema> {
  return parseWith(setupSchema, process.env)
}

const migrationSchema = z.object({ MIGRATION_DATABASE_URL: z.url() })

/** What `npm run db:migrate` needs: the role that owns the tables. @throws Error like `env` */
export function migrationEnv(): z.infer<typeof migrationSchema> {
  return parseWith(migrationSchema, process.env)
}

/** Parses a configuration. Stand-in addresses (STRIPE_API_BASE, STRIPE_JS_URL, CLOCK_URL) never go with a live key. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const values = parseWith(schema, source)
  const livemode = isLive(values.STRIPE_SECRET_KEY)
  if (livemode !== isLive(values.STRIPE_PUBLISHABLE_KEY)) {
    throw new Error(
      'Talktime cannot start: STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY are of different modes.',
    )
  }
  if (livemode && (values.STRIPE_API_BASE ?? values.STRIPE_JS_URL ?? values.CLOCK_URL) !== undefined) {
    throw new Error(
      'Talktime cannot start: STRIPE_API_BASE, STRIPE_JS_URL and CLOCK_URL must be unset with a live Stripe key.',
    )
  }
  if (values.SMTP_URL !== undefined && values.MAIL_FROM === undefined) {
    throw new Error('Talktime cannot start: MAIL_FROM is not set, and SMTP_URL needs it. See .env.example.')
  }
  return { ...values, livemode, development: values.NODE_ENV === 'development' }
}

function parseWith<T>(wanted: z.ZodType<T>, source: Readonly<Record<string, string | undefined>>): T {
  const parsed = wanted.safeParse(
    Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')),
  )
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => `${String(issue.path[0])} ${sentence(issue)}`)
  throw new Error(`Talktime cannot start: ${lines.join('; ')}. See .env.example.`)
}

function isLive(key: string): boolean {
  return /^(sk|rk|pk)_live_/.test(key)
}

function sentence(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && issue.input === undefined ? 'is not set' : issue.message
}
