import type Stripe from 'stripe'
import { expect } from 'vitest'
import type { z } from 'zod'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import type { Interval } from '@/lib/core/ports/subscription-provider'
import { activityResponse } from '@/lib/dialects/dial/activity-contract'
import { billingResponse } from '@/lib/dialects/dial/contract'
import { numberResponse } from '@/lib/dialects/dial/numbers-contract'
import { subscriptionCheckoutResponse } from '@/lib/dialects/dial/subscription-contract'
import { drainJobs } from '@/lib/jobs/drain-jobs'
import { invariant } from '@/lib/kit/assert'
import { makeContext } from '@/lib/server/container'
import { addPerson, type TestPerson } from './person'
import { BILLING, type DialSuite } from './use-dial'

/** The day of a moment, in UTC: of Unix seconds, or of text. */
export const dayOf = (moment: number | string) =>
  new Date(typeof moment === 'number' ? moment * 1_000 : moment).toISOString().slice(0, 10)

/**
 * On to a moment in one step, however far it is, and then what a worker does that has slept meanwhile: twice, since what
 * became of a subscription decides about rent.
 */
export async function advanceTo(dial: DialSuite, moment: string): Promise<void> {
  const now = (await dial.container().clock.read()).getTime()
  await dial.stripe.advance(Math.max(0, Date.parse(moment) - now) / 1_000)
  await drainJobs(dial.container())
  await drainJobs(dial.container())
}

/** An account as its own program has it: over HTTP, with its key. Whatever is refused fails the test. */
export class DialAccount {
  private constructor(
    private readonly dial: DialSuite,
    private readonly person: TestPerson,
  ) {}

  static async open(dial: DialSuite): Promise<DialAccount> {
    return new DialAccount(dial, await addPerson(dial.container()))
  }

  async ask<T>(schema: z.ZodType<T>, method: string, path: string, body: object = {}): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    const init = { method, headers, ...(method === 'GET' ? {} : { body: JSON.stringify(body) }) }
    const response = await this.dial.call(path, init, this.person.key)
    const answer: unknown = await response.json()
    invariant(response.ok, `${method} ${path} is ${String(response.status)}: ${JSON.stringify(answer)}`)
    return schema.parse(answer)
  }

  billing() {
    return this.ask(billingResponse, 'GET', BILLING)
  }

  buyNumber() {
    const said = { inboundInstruction: 'Say hello', explicitProgrammaticConsent: 'The holder has agreed' }
    return this.ask(numberResponse, 'POST', '/api/v1/numbers', said)
  }

  /** Opens a Checkout and types a card into it; with an amount, where there is one to choose, the card is saved. */
  async check(path: string, body: object, card: Readonly<{ cents?: number; number?: string }> = {}) {
    const { clientSecret } = await this.ask(subscriptionCheckoutResponse, 'POST', path, body)
    const [sessionId = ''] = clientSecret.split('_secret_', 1)
    const { cents = null, number = '4242424242424242' } = card
    const outcome = await this.dial.stripe.pay(sessionId, { cents, number, save: cents !== null })
    expect(outcome).toMatchObject({ kind: 'complete' })
    await drainJobs(this.dial.container())
  }

  subscribe(interval: Interval) {
    return this.check(`${BILLING}/checkout/subscription`, { interval })
  }

  /** What was paid for the subscription, the oldest first: cents, interval, units and day. */
  async payments() {
    const { data } = await this.ask(
      activityResponse,
      'GET',
      `${BILLING}/activity?filter=payment-credits&limit=100`,
    )
    return data
      .flatMap((item) => (item.type === 'payment' ? [item] : []))
      .map(({ amountCents, interval, quantity, occurredAt }) => [
        amountCents,
        interval,
        quantity,
        dayOf(occurredAt),
      ])
      .reverse()
  }

  /** Stripe's own invoices for the subscription, the oldest first. */
  async invoices(): Promise<readonly Stripe.Invoice[]> {
    const ctx = await makeContext(this.dial.container(), this.person.actor, 'req_test')
    const customer = await ensureCustomer(ctx, null)
    const { data } = await this.dial.stripe.client.invoices.list({ customer, limit: 100 })
    return data.filter(({ parent }) => parent?.type === 'subscription_details').reverse()
  }
}
