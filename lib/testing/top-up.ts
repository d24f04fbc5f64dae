import type { Context } from '@/lib/core/context'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { invariant } from '@/lib/kit/assert'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'
import { openTestAccount } from './open-test-account'

/** An account without credit, and its owner's context. */
export type Customer = Readonly<{ accountId: bigint; context(): Promise<Context> }>

export async function openCustomer(container: Container): Promise<Customer> {
  const now = await container.clock.read()
  const { accountId, owner } = await openTestAccount(container.databases.app, { now })
  return { accountId, context: () => makeContext(container, owner, newId('req')) }
}

export type TopUp = Readonly<{ customer: Customer; orderId: string; sessionId: string }>

/** A top-up as far as the product takes it by itself: the Checkout is open, and nobody has paid. */
export async function startTopUp(container: Container, customer: Customer): Promise<TopUp> {
  await startCreditsCheckout(await customer.context(), { returnUrl: null, idempotencyKey: null })
  const [order] = await container.databases.app.sql<{ id: string; stripe_session_id: string }[]>`
    select id, stripe_session_id from credit_order
     where account_id = ${customer.accountId} and stripe_session_id is not null
     order by id desc limit 1`
  invariant(order !== undefined, 'the order of a started top-up has its session')
  return { customer, orderId: order.id, sessionId: order.stripe_session_id }
}

/** What is in the books of an account: card deposits in micro-dollars, the oldest first, and the balance. */
export async function readBooks(container: Container, accountId: bigint) {
  const { sql } = container.databases.app
  const deposits = await sql<{ total_micros: bigint }[]>`
    select total_micros from ledger.posting where account_id = ${accountId} and code = 'deposit_card' order by id`
  const [balance] = await sql<{ balance_micros: bigint }[]>`
    select balance_micros from ledger.balance(${accountId}, ${await container.clock.read()})`
  return { deposits: deposits.map((row) => row.total_micros), balance: balance?.balance_micros }
}
