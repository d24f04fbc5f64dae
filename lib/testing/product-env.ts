import type { SuiteDatabase } from './use-test-database'

/** Webhook secrets that the product of a test accepts: one current, one that is being rotated out. */
export const WEBHOOK_SECRET = 'whsec_test_current'
export const WEBHOOK_SECRET_OLD = 'whsec_test_old'

/** A port of this machine on which nothing listens: what a suite without a local Stripe is given for one. */
const NOWHERE = 'http://127.0.0.1:9'

/** The environment that the product runs in when a test starts it, in this process or as one of its own. */
export function productEnv(
  database: Pick<SuiteDatabase, 'appUrl' | 'readonlyUrl'>,
  overrides: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    APP_URL: 'http://localhost:3000',
    DATABASE_URL: database.appUrl,
    READONLY_DATABASE_URL: database.readonlyUrl,
    AUTH_SECRET: 'test-auth-secret-of-32-characters',
    API_KEY_PEPPER: 'test-key-pepper-of-32-characters-',
    STRIPE_SECRET_KEY: 'sk_test_talktime',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_talktime',
    STRIPE_WEBHOOK_SECRETS: `${WEBHOOK_SECRET},${WEBHOOK_SECRET_OLD}`,
    STRIPE_API_BASE: NOWHERE,
    STRIPE_CALLS_PER_SECOND: '10000',
    PROVIDER_READS_PER_MINUTE: '1000000',
    LOG_LEVEL: 'silent',
    ...overrides,
  }
}
