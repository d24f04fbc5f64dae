import type { Actor } from '@/lib/core/actor'
import { startCreditsCheckout, type CreditsCheckoutInput } from '@/lib/core/top-ups/start-credits-checkout'
import { makeContext } from '@/lib/server/container'
import { openTestAccount, type TestAccount } from './open-test-account'
import { useTestContainer } from './test-container'
import { useLocalStripe } from './use-local-stripe'
import { useTestDatabase } from './use-test-database'

/** Gives the surrounding suite a database and a local Stripe of its own, and people who start Checkouts in them. */
export function useCheckoutStarts() {
  const database = useTestDatabase()
  const stripe = useLocalStripe()
  const container = useTestContainer(database, () => ({
    ...stripe.env,
    APP_URL: 'https://app.talktime.example',
    RETURN_URL_ORIGINS: 'https://partner.example',
  }))
  return {
    database,
    stripe,
    open: () => openTestAccount(database.db),
    start: async (actor: Actor, input: Partial<CreditsCheckoutInput> = {}) =>
      startCreditsCheckout(await makeContext(container(), actor, 'req_test'), {
        returnUrl: null,
        idempotencyKey: null,
        ...input,
      }),
    /** The account's orders, the oldest first. */
    ordersOf: (account: TestAccount) =>
      database.db.sql<
        { id: string; state: string; stripe_customer_id: string; stripe_session_id: string | null }[]
      >`
        select id, state, stripe_customer_id, stripe_session_id from credit_order
         where account_id = ${account.accountId} order by id`,
  }
}
