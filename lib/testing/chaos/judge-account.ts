/** A payment as Stripe has it; cents. */
export type PaidInvoice = Readonly<{
  id: string
  /** What callers know it by: the session of its Checkout, the transaction that bought it. */
  names: readonly string[]
  cents: number
  /** Refunds that stand. */
  refunded: number
  /** Of disputes that are lost. */
  lost: number
  /** Of disputes that are open and took money, and of warnings that nobody has acted upon. */
  open: number
}>

/** One account as the books have it; micro-dollars. */
export type Books = Readonly<{
  /** Card deposits by the invoice they are for; several for one would be one too many. */
  deposits: readonly Readonly<{ invoiceId: string; micros: bigint }>[]
  /** What was taken back and what is frozen, by invoice: `share` is what open disputes claim, `held` what of it was there. */
  returns: readonly Readonly<{ invoiceId: string; clawed: bigint; share: bigint; held: bigint }>[]
  usage: ReadonlyMap<string, bigint>
  welcome: bigint
  balance: bigint
}>

/** What the account's own programs were told. */
export type Said = Readonly<{
  purchases: ReadonlyMap<string, number>
  unknownPurchases: readonly string[]
  checkouts: ReadonlyMap<string, number>
  usage: ReadonlyMap<string, bigint>
  usageSent: ReadonlySet<string>
}>

const MICROS = 10_000n

/**
 * Everything that is wrong with an account, in words: what was acknowledged and is not stored, what is stored and nobody
 * asked for, what is there twice, and any sum that does not come out. It shares no code with what it judges.
 */
export function judgeAccount(paid: readonly PaidInvoice[], books: Books, said: Said): readonly string[] {
  return [
    ...judgeAcknowledged(paid, said),
    ...judgeDeposits(paid, books),
    ...judgeReturns(paid, books),
    ...judgeUsage(books, said),
    ...judgeBalance(books),
  ]
}

function judgeAcknowledged(paid: readonly PaidInvoice[], said: Said): readonly string[] {
  const findings: string[] = []
  const acknowledged = [...said.purchases, ...said.checkouts]
  for (const [name, cents] of acknowledged) {
    const charged = paid.filter(({ names }) => names.includes(name))
    const amounts = charged.map((invoice) => invoice.cents)
    if (amounts.length !== 1 || amounts[0] !== cents) {
      findings.push(
        `${name} of ${String(cents)} cents was acknowledged and charged as [${amounts.join(', ')}]`,
      )
    }
  }
  const most = acknowledged.length + said.unknownPurchases.length
  if (paid.length > most)
    findings.push(`${String(paid.length)} payments, where ${String(most)} were asked for`)
  return findings
}

function judgeDeposits(paid: readonly PaidInvoice[], books: Books): readonly string[] {
  const findings = paid.flatMap(({ id, cents }) => {
    const booked = books.deposits.filter(({ invoiceId }) => invoiceId === id).map(({ micros }) => micros)
    return booked.length === 1 && booked[0] === BigInt(cents) * MICROS
      ? []
      : [`${id} of ${String(cents)} cents is booked as [${booked.join(', ')}]`]
  })
  const known = new Set(paid.map(({ id }) => id))
  const foreign = books.deposits.filter(({ invoiceId }) => !known.has(invoiceId))
  return [...findings, ...foreign.map(({ invoiceId }) => `${invoiceId} is booked, and nobody paid it`)]
}

function judgeReturns(paid: readonly PaidInvoice[], books: Books): readonly string[] {
  return paid.flatMap(({ id, cents, refunded, lost, open }) => {
    const returns = books.returns.filter(({ invoiceId }) => invoiceId === id)
    const clawed = sum(returns.map((each) => each.clawed))
    const share = sum(returns.map((each) => each.share))
    const gone = Math.min(cents, refunded + lost)
    const claimed = Math.min(cents, refunded + lost + open) - gone
    return [
      ...(clawed === BigInt(gone) * MICROS
        ? []
        : [
            `${id}: ${String(gone)} cents went back, and ${String(clawed)} micro-dollars were taken for them`,
          ]),
      ...(share === BigInt(claimed) * MICROS
        ? []
        : [
            `${id}: ${String(claimed)} cents are contested, and ${String(share)} micro-dollars are frozen for them`,
          ]),
    ]
  })
}

function judgeUsage({ usage }: Books, said: Said): readonly string[] {
  const lost = [...said.usage].flatMap(([id, micros]) =>
    usage.get(id) === micros
      ? []
      : [`usage ${id} was acknowledged at ${String(micros)} and is ${String(usage.get(id))}`],
  )
  const foreign = [...usage.keys()].filter((id) => !said.usageSent.has(id))
  return [...lost, ...foreign.map((id) => `usage ${id} is booked, and nobody sent it`)]
}

function judgeBalance({ deposits, returns, usage, welcome, balance }: Books): readonly string[] {
  const expected =
    welcome +
    sum(deposits.map(({ micros }) => micros)) -
    sum([...usage.values()]) -
    sum(returns.map(({ clawed, held }) => clawed + held))
  return balance === expected
    ? []
    : [`the balance is ${String(balance)}, where ${String(expected)} comes out`]
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n)
}
