import type { Logger } from 'pino'
import type { Instant } from '@/lib/kit/clock'
import type { Database } from '@/lib/db/client'
import type { Money } from '@/lib/kit/money'
import type { Foretold } from './account-question'
import type { Actor } from './actor'
import type { NumberCarrier } from './ports/number-carrier'
import type { PaymentProvider } from './ports/payment-provider'

/** What every verb is given: who asks, when, and the adapters the composition root chose. */
export type Context = Readonly<{
  actor: Actor
  /** Business time, read once when the context was made: one deed sees one moment. */
  now: () => Instant
  db: Database
  payments: PaymentProvider
  /** Where the product lives, and the other origins to which a purchase may return. */
  site: Readonly<{ appUrl: string; returnOrigins: readonly string[] }>
  carrier: NumberCarrier
  /** What the operator charges. */
  prices: Readonly<{
    /** A month of a pay-as-you-go number. */
    numberRent: Money
    /** What one credit is worth, where an API counts in credits. */
    credit: Money
  }>
  /** What the operator lets happen by itself. */
  limits: Readonly<{
    /** What topping up by itself may charge an account in a day, in UTC. */
    autoTopUpPerDay: Money
    /** What one staff person may move by hand in an account in a day. */
    adjustment: Money
  }>
  log: Logger
  requestId: string
  /** For `askAccount` alone; absent where nothing was asked ahead. */
  foretold?: Foretold | undefined
}>
