import type Stripe from 'stripe'
import { checkInvariants } from '@/lib/core/invariants/check-invariants'
import type { Arena } from './open-arena'
import type { Shopper } from './go-shopping'
import { judgeAccount, type Books, type PaidInvoice } from './judge-account'

/** Everything that is wrong, in words; empty when the books have what Stripe has and what callers were told, once. */
export async function takeStock(arena: Arena, shoppers: readonly Shopper[]): Promise<readonly string[]> {
  const findings: string[] = []
  for (const shopper of shoppers) {
    const { paid, findings: unclaimed } = await readPaid(arena, shopper)
    const books = await readBooks(arena, shopper.buyer.accountId)
    const wrong = [...unclaimed, ...judgeAccount(paid, books, shopper.told)]
    findings.push(...wrong.map((text) => `account ${String(shopper.buyer.accountId)}: ${text}`))
  }
  const { sql } = arena.container.databases.app
  const broken = await checkInvariants(sql)
  const waiting = await sql<
    { id: string; type: string; state: string; attempts: number; wait: number; reason: string | null }[]
  >`
    select id, type, state, attempts, reason, extract(epoch from due_at - clock_timestamp())::float8 as wait
      from stripe_event where state not in ('done', 'ignored')`
  return [
    ...findings,
    ...broken.map(({ law, detail }) => `a law of the books is broken: ${law}, ${detail}`),
    ...waiting.map(
      (event) =>
        `${event.type} ${event.id} is ${event.state} after ${String(event.attempts)} attempts, due in ${event.wait.toFixed(0)} s: ${String(event.reason)}`,
    ),
  ]
}

type Read = Readonly<{ paid: readonly PaidInvoice[]; findings: readonly string[] }>

async function readPaid({ stripe, container }: Arena, { buyer }: Shopper): Promise<Read> {
  const { client } = stripe
  const page = { customer: buyer.customerId, limit: 100 }
  const [invoices, charges, sessions, orders] = await Promise.all([
    all(client.invoices.list({ ...page, status: 'paid', expand: ['data.payments'] })),
    all(client.charges.list(page)),
    all(client.checkout.sessions.list(page)),
    // As the product names purchases to its callers.
    container.databases.app.sql<{ id: string; invoice: string }[]>`
      select id, stripe_invoice_id as invoice from credit_order
       where account_id = ${buyer.accountId} and stripe_invoice_id is not null`,
  ])
  const paid: PaidInvoice[] = []
  const unclaimed = new Map(charges.flatMap((each) => (each.paid ? [[each.payment_intent, each]] : [])))
  for (const invoice of invoices) {
    const intent = invoice.payments?.data[0]?.payment.payment_intent ?? null
    const charge = unclaimed.get(intent)
    unclaimed.delete(intent)
    const names = [
      ...sessions.filter((session) => session.invoice === invoice.id),
      ...orders.filter((order) => order.invoice === invoice.id),
    ].map(({ id }) => id)
    paid.push({
      id: invoice.id,
      names,
      cents: invoice.amount_paid,
      refunded: charge?.amount_refunded ?? 0,
      ...(charge === undefined ? { lost: 0, open: 0 } : await contestedOf(client, charge)),
    })
  }
  return { paid, findings: [...unclaimed.values()].map(({ id }) => `${id} is charged for no invoice`) }
}

async function contestedOf(client: Stripe, charge: Stripe.Charge): Promise<{ lost: number; open: number }> {
  const disputes = await all(client.disputes.list({ charge: charge.id, limit: 100 }))
  const warnings = await all(client.radar.earlyFraudWarnings.list({ charge: charge.id, limit: 100 }))
  const amountOf = (statuses: readonly string[]): number =>
    disputes
      .filter(({ status }) => statuses.includes(status))
      .reduce((total, { amount }) => total + amount, 0)
  const warned = warnings.some(({ actionable }) => actionable) ? charge.amount : 0
  return { lost: amountOf(['lost']), open: amountOf(['needs_response', 'under_review']) + warned }
}

function all<T>(list: Stripe.ApiListPromise<T>): Promise<T[]> {
  return list.autoPagingToArray({ limit: 10_000 })
}

async function readBooks({ container }: Arena, accountId: bigint): Promise<Books> {
  const { sql } = container.databases.app
  const [deposits, returns, usage, [balance]] = await Promise.all([
    sql<{ reference: string; total_micros: bigint }[]>`
      select reference, total_micros from ledger.posting where account_id = ${accountId} and code = 'deposit_card'`,
    sql<{ invoice: string; clawed: bigint; share: bigint; held: bigint }[]>`
      select stripe_invoice_id as invoice, clawed_micros as clawed,
             case effect when 'holds' then share_micros else 0 end as share, held_micros as held
        from payment_return where account_id = ${accountId}`,
    sql<{ id: string; amount_micros: bigint }[]>`
      select id, amount_micros from usage_event where account_id = ${accountId}`,
    sql<{ balance_micros: bigint; welcome: bigint }[]>`
      select balance_micros, coalesce((select sum(p.total_micros) from ledger.posting p
          where p.account_id = ${accountId} and p.code = 'deposit_welcome'), 0)::bigint as welcome
        from ledger.balance(${accountId}, ${await container.clock.read()})`,
  ])
  return {
    deposits: deposits.map((row) => ({ invoiceId: row.reference, micros: row.total_micros })),
    returns: returns.map(({ invoice, clawed, share, held }) => ({ invoiceId: invoice, clawed, share, held })),
    usage: new Map(usage.map((row) => [row.id, row.amount_micros])),
    welcome: balance?.welcome ?? 0n,
    balance: balance?.balance_micros ?? 0n,
  }
}
