import pino from 'pino'
import { ROLE_SCOPES, type Actor, type Role } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import type { NumberCarrier } from '@/lib/core/ports/number-carrier'
import type { PaymentProvider } from '@/lib/core/ports/payment-provider'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { newId } from '@/lib/kit/ids'
import { usdFromCents, type Money } from '@/lib/kit/money'
import { localNumberPool } from '@/lib/server/local-number-pool'

type Options = Readonly<{
  db: Database
  actor: Actor
  now?: Instant
  /** By default no provider is there: a verb that asks it fails the test. */
  payments?: PaymentProvider
  site?: Context['site']
  carrier?: NumberCarrier
  /** A month of a number; 3.00 by default. */
  numberRent?: Money
  /** What topping up by itself may charge in a day; 500.00 by default. */
  autoTopUpPerDay?: Money
  /** What one staff person may move by hand in an account in a day; 100.00 by default. */
  adjustment?: Money
}>

export const SYSTEM: Actor = { kind: 'system', name: 'test' }

/** What a verb is given, over the suite's own database. The clock stands still. */
export function testContext(options: Options): Context {
  const now = options.now ?? new Date()
  return {
    actor: options.actor,
    now: () => now,
    db: options.db,
    payments: options.payments ?? absentProvider(),
    site: options.site ?? { appUrl: 'https://app.talktime.example', returnOrigins: [] },
    carrier: options.carrier ?? localNumberPool(options.db),
    prices: { numberRent: options.numberRent ?? usdFromCents(300), credit: usdFromCents(1) },
    limits: {
      autoTopUpPerDay: options.autoTopUpPerDay ?? usdFromCents(50_000),
      adjustment: options.adjustment ?? usdFromCents(10_000),
    },
    log: pino({ level: 'silent' }),
    requestId: newId('req'),
  }
}

type UserActor = Extract<Actor, { kind: 'user' }>

/** A person with this role in the account. */
export function memberActor(accountId: bigint, userId: string, role: Role = 'owner'): UserActor {
  return { kind: 'user', userId, role, accountId, scopes: ROLE_SCOPES[role] }
}

function absentProvider(): PaymentProvider {
  return new Proxy({} as PaymentProvider, {
    get: (_target, name) => {
      throw new Error(`This test has no payment provider, and the verb asked it for ${String(name)}.`)
    },
  })
}
