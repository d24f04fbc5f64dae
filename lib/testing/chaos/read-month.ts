import type { Lived, World } from './live-month'

/**
 * Every object of a month as the books have it, without any name or moment that differs from world to world: what was paid
 * and booked, what took it back, and where each account's money lies. Amounts are micro-dollars.
 */
export async function readMonth({ container }: World, { payers, payments, returns }: Lived) {
  const { sql } = container.databases.app
  const accountIds = payers.map(({ accountId }) => String(accountId))
  const invoiceIds = payments.map(({ invoiceId }) => invoiceId)
  const booked = await sql<{ invoice: string; state: string; micros: bigint | null; postings: number }[]>`
    select o.stripe_invoice_id as invoice, o.state, sum(p.total_micros)::bigint as micros, count(p.id)::int as postings
      from credit_order o
      left join ledger.posting p on p.account_id = o.account_id and p.reference = o.stripe_invoice_id and p.code = 'deposit_card'
     where o.account_id = any (${accountIds}::text[]::bigint[]) and o.stripe_invoice_id is not null group by 1, 2`
  const taken = await sql<{ id: string }[]>`
    select id, kind, state, effect, amount_micros, share_micros, clawed_micros, held_share_micros,
           account_id is null as parked, stripe_invoice_id as invoice
      from payment_return where stripe_invoice_id = any (${invoiceIds})`
  const invoiceNumber = new Map(invoiceIds.map((id, index) => [id, index]))
  return {
    payments: invoiceIds.map((invoiceId) => {
      const found = booked.find(({ invoice }) => invoice === invoiceId)
      return found === undefined ? null : { ...found, invoice: invoiceNumber.get(found.invoice) }
    }),
    returns: returns.map((id) =>
      describe(
        taken.find((row) => row.id === id),
        invoiceNumber,
      ),
    ),
    accounts: await Promise.all(payers.map(({ accountId }) => readAccount({ container }, accountId))),
    unforeseen: {
      payments: booked.filter(({ invoice }) => !invoiceNumber.has(invoice)).length,
      returns: taken.filter(({ id }) => !returns.includes(id)).length,
    },
  }
}

function describe(row: Record<string, unknown> | undefined, invoiceNumber: ReadonlyMap<string, number>) {
  if (row === undefined) return null
  const { id: _, invoice, ...rest } = row
  return { ...rest, payment: invoiceNumber.get(String(invoice)) }
}

async function readAccount({ container }: Pick<World, 'container'>, accountId: bigint) {
  const { sql } = container.databases.app
  const rows = await sql<{ name: string; micros: bigint }[]>`
    select concat_ws(' ', kind, category) as name, sum(balance_micros)::bigint as micros
      from ledger.ledger_account where account_id = ${accountId} group by 1 having sum(balance_micros) <> 0 order by 1`
  return Object.fromEntries(rows.map(({ name, micros }) => [name, micros]))
}
