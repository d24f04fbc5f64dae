import { z } from 'zod'

const SCHEMA = z.object({
  SANDBOX_DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a PostgreSQL address'),
  /** 0 takes any free port. */
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** The one key to accept; unset accepts every test key. */
  SANDBOX_SECRET_KEY: z
    .string()
    .regex(/^sk_test_\w+$/, 'must be a test key (sk_test_…)')
    .optional(),
  /** Where the clock of a fresh database begins, so that history can be made by moving it to the present. */
  SANDBOX_CLOCK_STARTS_AT: z.iso.datetime().optional(),
  /** Of shuffling and of faults that happen by chance. */
  SANDBOX_SEED: z.coerce.number().int().default(1),
  /** The first pause before a webhook is tried again, in milliseconds; each further one is twice as long. */
  SANDBOX_RETRY_BASE_MS: z.coerce.number().int().min(1).default(1000),
})

export type Configuration = Readonly<{
  databaseUrl: string
  port: number
  secretKey: string | null
  seed: number
  retryBaseMs: number
  /** Null: real time. */
  clockStartsAt: Date | null
}>

/** @throws Error with a sentence for each variable that is off. */
export function parseConfiguration(source: Readonly<Record<string, string | undefined>>): Configuration {
  const parsed = SCHEMA.safeParse(
    Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')),
  )
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The local Stripe cannot start: ${lines.join('; ')}.`)
  }
  const values = parsed.data
  return {
    databaseUrl: values.SANDBOX_DATABASE_URL,
    port: values.SANDBOX_PORT,
    secretKey: values.SANDBOX_SECRET_KEY ?? null,
    seed: values.SANDBOX_SEED,
    retryBaseMs: values.SANDBOX_RETRY_BASE_MS,
    clockStartsAt:
      values.SANDBOX_CLOCK_STARTS_AT === undefined ? null : new Date(values.SANDBOX_CLOCK_STARTS_AT),
  }
}
