import type { Lived, World } from './live-month'

type Returned = Readonly<{
  id: string
  kind: string
  state: string
  effect: string
  amount_micros: bigint
  share_micros: bigint
  clawed_micros: bigint
  held_share_micros: bigint
  parked: boolean
  invoice: string
}>

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
  const taken = await sql<Returned[]>`
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

/**
 * The same without what took nothing back in the end, and has no place in the ledger: a comparison of the books with Stripe
 * has no reason to write it down where nobody ever heard of it.
 */
export function inLedger(month: Awaited<ReturnType<typeof readMonth>>) {
  const returns = month.returns.map((each) => (each !== null && each.effect === 'none' ? null : each))
  return { ...month, returns }
}

function describe(row: Returned | undefined, invoiceNumber: ReadonlyMap<string, number>) {
  if (row === undefined) return null
  const { id: _, invoice, ...rest } = row
  return { ...rest, payment: invoiceNumber.get(invoice) }
}

async function readAccount({ container }: Pick<World, 'container'>, accountId: bigint) {
  const { sql } = container.databases.app
  const rows = await sql<{ name: string; micros: bigint }[]>`
    select concat_ws(' ', kind, category) as name, sum(balance_micros)::bigint as micros
      from ledger.ledger_account where account_id = ${accountId} group by 1 having sum(balance_micros) <> 0 order by 1`
  return Object.fromEntries(rows.map(({ name, micros }) => [name, micros]))
}
