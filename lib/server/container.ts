import type { Logger } from 'pino'
import pino from 'pino'
import type { Foretold } from '@/lib/core/account-question'
import type { Actor } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import type { Mailer } from '@/lib/core/ports/mailer'
import type { NumberCarrier } from '@/lib/core/ports/number-carrier'
import type { PaymentProvider } from '@/lib/core/ports/payment-provider'
import { openDatabase, type Database } from '@/lib/db/client'
import { env, type Env } from '@/lib/env'
import { systemClock, type Clock, type Instant } from '@/lib/kit/clock'
import { newId } from '@/lib/kit/ids'
import { usd, usdFromCents } from '@/lib/kit/money'
import { httpClock } from './http-clock'
import { localNumberPool } from './local-number-pool'
import { createLogger } from './log'
import { openPayments } from './payments'
import { withoutNumbers, withoutWrites } from './restrict-payments'
import { openMailer } from './smtp-mailer'

/** The adapters this process runs on. */
export type Container = Readonly<{
  env: Env
  databases: Readonly<{ app: Database; readOnly: Database }>
  clock: Clock
  payments: PaymentProvider
  carrier: NumberCarrier
  /** Null where none is configured: mail stays in the outbox. */
  mailer: Mailer | null
  log: Logger
  close(): Promise<void>
}>

declare global {
  // Next loads a module once for pages and once for route handlers; one process has one set of pools all the same.
  var talktimeContainer: Container | undefined
}

/** The process's adapters, made when first asked for: nothing connects while the app is built. */
export function container(): Container {
  return (globalThis.talktimeContainer ??= openContainer(env()))
}

/** The composition root: the only place that names concrete adapters. The worker's has more patience with Stripe. */
export function openContainer(values: Env, patience: 'page' | 'worker' = 'page'): Container {
  const log = createLogger(values.LOG_LEVEL, pino.destination(1))
  const app = openDatabase(values.DATABASE_URL, {
    poolSize: values.DATABASE_POOL_SIZE,
    applicationName: 'talktime',
  })
  const readOnly = openDatabase(values.READONLY_DATABASE_URL, {
    poolSize: Math.min(values.DATABASE_POOL_SIZE, 4),
    applicationName: 'talktime-readonly',
  })
  return {
    env: values,
    databases: { app, readOnly },
    clock: values.CLOCK_URL === undefined ? systemClock : httpClock(values.CLOCK_URL),
    payments: openPayments(values, app, log, patience),
    carrier: localNumberPool(app),
    mailer: openMailer(values),
    log,
    close: async () => {
      await Promise.all([app.close(), readOnly.close()])
    },
  }
}

/**
 * What a verb is given for this actor, at this moment of business time. An impersonator's context cannot write
 * whatever a verb forgets to check: its database handle logs in as the read-only role, its provider and its carrier refuse deeds.
 */
export async function contextFor(actor: Actor, requestId = newId('req')): Promise<Context> {
  return makeContext(container(), actor, requestId)
}

/**
 * For requests of an actor that share an answer: beside who they are, what was foretold of their account is all that can be
 * learned from it, so that the same told again means the same answer.
 */
export function contextOfTold(foretold: Foretold, actor: Actor, requestId: string): Context {
  const nothing = (): never => {
    throw new Error('A shared answer is worked out of what was asked ahead.')
  }
  return Object.defineProperties(contextAt(container(), actor, { now: new Date(0), requestId }), {
    foretold: { value: foretold, enumerable: true },
    now: { value: nothing },
    db: { get: nothing },
    payments: { get: nothing },
    carrier: { get: nothing },
  })
}

export async function makeContext(adapters: Container, actor: Actor, requestId: string): Promise<Context> {
  return contextAt(adapters, actor, { now: await adapters.clock.read(), requestId })
}

type Occasion = Readonly<{ now: Instant; requestId: string }>

function contextAt(adapters: Container, actor: Actor, { now, requestId }: Occasion): Context {
  const { env: values, databases, payments } = adapters
  const readsOnly = actor.kind === 'impersonator'
  let log: Logger | undefined
  return {
    actor,
    now: () => now,
    db: readsOnly ? databases.readOnly : databases.app,
    payments: readsOnly ? withoutWrites(payments) : payments,
    site: { appUrl: values.APP_URL, returnOrigins: values.RETURN_URL_ORIGINS },
    carrier: readsOnly ? withoutNumbers : adapters.carrier,
    prices: { numberRent: usdFromCents(values.NUMBER_RENT_CENTS), credit: usd(BigInt(values.CREDIT_MICROS)) },
    limits: {
      autoTopUpPerDay: usdFromCents(values.AUTO_TOP_UP_DAILY_LIMIT_CENTS),
      adjustment: usdFromCents(values.MANUAL_GRANT_LIMIT_CENTS),
    },
    // Made when first asked for: most requests log nothing.
    get log() {
      return (log ??= adapters.log.child({ requestId }))
    },
    requestId,
  }
}
