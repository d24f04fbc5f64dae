import { expect } from 'vitest'
import type { SuiteDatabase } from '@/lib/testing/use-test-database'
import { openPayments, type Payments, type Said } from './open-payments'

/** One deed as it is drawn; the deeds of a round are called at the same time. */
export type Deed = Readonly<{
  kind: 'pay' | 'spend' | 'refund' | 'dispute' | 'warn' | 'change' | 'hear'
  payment: number
  micros: number
  effect: Said['effect']
  /** Which of the payment's returns changes. */
  pick: number
  isBundle: boolean
}>

/** What Stripe has of a payment: the truth, of which readings are taken. */
type Truth = { order: string; invoice: string; due: bigint; credit: bigint; isPaid: boolean; returns: Said[] }

let sequences = 0

/**
 * Lets two payments, spends and whatever takes the payments back happen side by side, heard of in any order, and compares
 * what the books hold after each round with what is reckoned here from Stripe's side alone.
 */
export async function runReturns(suite: SuiteDatabase, rounds: readonly (readonly Deed[])[]): Promise<void> {
  sequences += 1
  const name = `${process.pid}_${String(sequences)}`
  const payments = await openPayments(suite, name)
  const truths = await Promise.all(
    [0, 1].map((index) => place(payments, `${name}_${String(index)}`, rounds[0]?.[index])),
  )
  for (const [index, deeds] of rounds.entries()) {
    const count = deeds.length + truths.length
    const tickets = await suite.db.sql<{ ticket: bigint }[]>`
      select nextval('payment_reading') as ticket from generate_series(1, ${count})`
    const calls = deeds.flatMap((deed, i) => {
      const truth = truths[deed.payment % truths.length]
      const ticket = tickets[i]?.ticket
      const place = { label: `${name}_${String(index)}_${String(i)}`, minute: 10 + index }
      return truth === undefined || ticket === undefined
        ? []
        : [begin(payments, truth, deed, { ...place, ticket })]
    })
    // The last reading of each payment is the one that counts, whenever it comes in.
    const readings = truths.map(({ invoice, returns }, i) => {
      const ticket = tickets[deeds.length + i]?.ticket
      return () => payments.say(invoice, returns, { at: 10 + index, ...(ticket !== undefined && { ticket }) })
    })
    await Promise.all([...readings, ...calls.toReversed()].map((call) => call()))
    await expectReckoned(suite, payments, truths)
  }
}

async function place(payments: Payments, order: string, deed: Deed | undefined): Promise<Truth> {
  const due = BigInt(deed?.micros ?? 10)
  const credit = deed?.isBundle === true ? due + BigInt(deed.pick) : due
  await payments.place(order, { due, credit })
  return { order, invoice: `in_${order}`, due, credit, isPaid: false, returns: [] }
}

type Place = Readonly<{ label: string; ticket: bigint; minute: number }>

/** What happens at Stripe happens now; what the product hears of it is the answer, to be called when it will. */
function begin(
  payments: Payments,
  truth: Truth,
  deed: Deed,
  { label, ticket, minute }: Place,
): () => Promise<unknown> {
  const add = (kind: Said['kind'], effect: Said['effect']) => {
    const micros = kind === 'warning' ? truth.due : BigInt(deed.micros)
    truth.returns = [...truth.returns, { id: `${kind}_${label}`, kind, effect, micros, made: minute }]
  }
  if (deed.kind === 'refund') add('refund', 'claws')
  if (deed.kind === 'dispute') add('dispute', deed.effect)
  if (deed.kind === 'warn') add('warning', 'holds')
  if (deed.kind === 'change') {
    truth.returns = truth.returns.map((said, i) =>
      i === deed.pick % truth.returns.length ? { ...said, effect: changed(said, deed.effect) } : said,
    )
  }
  if (deed.kind === 'pay') {
    truth.isPaid = true
    return () => payments.settle(truth.order, truth.due, minute)
  }
  if (deed.kind === 'spend') return () => payments.spend(label, BigInt(deed.micros), minute)
  const heard = truth.returns
  return () => payments.say(truth.invoice, heard, { at: minute, ticket })
}

function changed({ kind }: Said, effect: Said['effect']): Said['effect'] {
  if (kind === 'refund') return effect === 'holds' ? 'claws' : effect
  return kind === 'warning' && effect === 'claws' ? 'none' : effect
}

type Row = Readonly<{ id: string; clawed: bigint; held: bigint; share: bigint }>

async function expectReckoned(
  suite: SuiteDatabase,
  payments: Payments,
  truths: readonly Truth[],
): Promise<void> {
  const { sql } = suite.db
  const rows = await sql<Row[]>`
    select id, clawed_micros as clawed, held_micros as held, share_micros as share from payment_return
     where account_id = ${payments.accountId}`
  const byId = new Map(rows.map((row) => [row.id, row]))
  let granted = 0n
  for (const truth of truths.filter(({ isPaid }) => isPaid)) {
    granted += truth.credit
    for (const [said, share] of sharesOf(truth)) {
      const row = byId.get(said.id)
      expect(row?.clawed, `${said.id} of ${truth.invoice}`).toBe(said.effect === 'claws' ? share : 0n)
      expect((row?.held ?? 0n) <= (said.effect === 'holds' ? share : 0n), `${said.id} holds no more`).toBe(
        true,
      )
    }
  }
  const [spent] = await sql<{ micros: bigint }[]>`
    select coalesce(sum(total_micros), 0)::bigint as micros from ledger.posting
     where account_id = ${payments.accountId} and code = 'usage'`
  const taken = rows.reduce((sum, row) => sum + row.clawed + row.held, 0n)
  expect(await payments.balance(), 'nothing is lost or made').toBe(granted - taken - (spent?.micros ?? 0n))
  await expectDebtsWithin(suite, payments.accountId)
}

/** What is owed by name is never more than what is owed. */
async function expectDebtsWithin({ db }: SuiteDatabase, accountId: bigint): Promise<void> {
  const [row] = await db.sql<{ named: bigint; owed: bigint }[]>`
    select (select coalesce(sum(left_micros), 0)::bigint from payment_debts(${accountId})) as named,
      -balance_micros as owed from ledger.ledger_account where account_id = ${accountId} and id = 1`
  expect((row?.named ?? 0n) <= (row?.owed ?? -1n), 'named debts are part of the overdraft').toBe(true)
}

/** Refunds, then lost disputes, then what is frozen, oldest first: each the growth of the cumulative part, rounded down. */
function sharesOf({ due, credit, returns }: Truth): (readonly [Said, bigint])[] {
  const rank = ({ effect, kind }: Said) =>
    (effect === 'holds' ? 10 : 0) + ['refund', 'dispute', 'warning'].indexOf(kind)
  const part = (returned: bigint) => (credit * (returned < due ? returned : due)) / due
  let upto = 0n
  return returns
    .toSorted((a, b) => rank(a) - rank(b) || (a.made ?? 0) - (b.made ?? 0) || (a.id < b.id ? -1 : 1))
    .map((said) => {
      const before = part(upto)
      if (said.effect !== 'none') upto += said.micros
      return [said, part(upto) - before] as const
    })
}
