import type { Instant } from '@/lib/kit/clock'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import type { ListedReturn, PaymentReturn, ReturnPage } from '../ports/payment-provider'
import { checkReturn } from './check-return'
import type { Checked } from './checked'
import { decideReturnDifference, type BookedReturn } from './decide-return-difference'
import { noteDifference } from './note-difference'
import { listReturnsToCheck, readBookedReturns, readForeignReturns } from './read-booked-returns'
import { addTallies, EMPTY_TALLY, tallyOf, type Tally } from './tally'

type Span = Readonly<{ since: Instant; until: Instant }>

const KINDS: readonly PaymentReturn['kind'][] = ['refund', 'dispute', 'warning']

/**
 * Compares every refund, dispute and warning that was made in a span of time with the books, in both directions, and those
 * that are still open, and has the books follow the provider.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function reconcileReturns(ctx: Context, { since, until }: Span): Promise<Tally> {
  requireSystem(ctx.actor)
  const seen = new Set<string>()
  let tally = EMPTY_TALLY
  for (const kind of KINDS) tally = addTallies(tally, await compareListed(ctx, { kind, since, until }, seen))
  for (const known of await listReturnsToCheck(ctx.db, since, until)) {
    if (!seen.has(known.id)) tally = addTallies(tally, tallyOf(await checkReturn(ctx, known)))
  }
  return tally
}

async function compareListed(
  ctx: Context,
  span: Span & Readonly<{ kind: PaymentReturn['kind'] }>,
  seen: Set<string>,
): Promise<Tally> {
  let tally = EMPTY_TALLY
  let after: string | null = null
  for (;;) {
    const page: ReturnPage = await ctx.payments.returns({ ...span, after })
    const ids = page.returns.map(({ id }) => id)
    const [booked, foreign] = await Promise.all([
      readBookedReturns(ctx.db, ids),
      readForeignReturns(ctx.db, ids),
    ])
    for (const said of page.returns) {
      seen.add(said.id)
      tally = addTallies(tally, tallyOf(await judge(ctx, said, { booked, foreign })))
    }
    if (!page.hasMore || page.lastId === null) return tally
    after = page.lastId
  }
}

type Known = Readonly<{ booked: ReadonlyMap<string, BookedReturn>; foreign: ReadonlySet<string> }>

async function judge(ctx: Context, said: ListedReturn, { booked, foreign }: Known): Promise<Checked> {
  const { id, kind, paymentId } = said
  const difference = decideReturnDifference(said, booked.get(id) ?? null)
  if (difference === null) return 'agrees'
  const isForeign = difference === 'not_ours' || paymentId === null || foreign.has(id)
  if (!isForeign) return checkReturn(ctx, { id, kind, paymentId })
  await noteDifference(ctx, {
    object: kind,
    objectId: id,
    accountId: null,
    kind: 'not_ours',
    atProvider: said.amount,
    inBooks: null,
    reason: null,
  })
  return 'not_ours'
}
