import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { FARE_PRICE_MAX, type Fare } from './fare'
import { FARES_AGE_MS } from './read-fares'

const NAME_LENGTH_MAX = 200

const answer = z.tuple([
  z.object({ added: z.int(), differing: z.string().nullable(), early: z.string().nullable() }),
])

/**
 * Adds versions of fares, all or none, and answers how many were new: one that is there already, the same, is no
 * mistake. Since processes go on with the fares they read for a minute, and what was charged is never rated again, a
 * version begins later than in a minute. For the operator.
 * @throws BillingError `invalid_input` for a fare that cannot be; `conflict` for one that begins too soon or that is
 * there with other content
 */
export async function addFares(ctx: Context, fares: readonly Fare[]): Promise<number> {
  requireSystem(ctx.actor)
  const formErrors = fares.flatMap((fare, i) =>
    problemsOf(fare).map((problem) => `Fare ${i + 1}: ${problem}`),
  )
  if (formErrors.length > 0) {
    throw new BillingError('invalid_input', formErrors.join('\n'), {
      fields: { formErrors, fieldErrors: {} },
    })
  }
  const earliest = new Date(ctx.now().getTime() + FARES_AGE_MS)
  const [{ added, differing, early }] = answer.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        with given as (
          select * from jsonb_to_recordset(${sql.json(fares.map(toRow))}) as f (kind text, prefix text,
            effective_from timestamptz, name text, price_micros bigint, increment_seconds integer, minimum_seconds integer)
        ), compared as (
          select given.*, old.kind is not null as is_there,
              (given.name, given.price_micros, given.increment_seconds, given.minimum_seconds)
                is not distinct from (old.name, old.price_micros, old.increment_seconds, old.minimum_seconds) as is_same
            from given left join fare as old using (kind, prefix, effective_from)
        ), refused as (
          select min(kind || ' ' || prefix) filter (where is_there and not is_same) as differing,
              min(kind || ' ' || prefix) filter (where not is_there and effective_from <= ${earliest}) as early
            from compared
        ), added as (
          insert into fare (kind, prefix, effective_from, name, price_micros, increment_seconds, minimum_seconds)
          select kind, prefix, effective_from, name, price_micros, increment_seconds, minimum_seconds
            from compared, refused where not is_there and differing is null and early is null
          returning 1
        )
        select (select count(*)::int from added) as added, differing, early from refused`,
    )),
  ])
  if (differing !== null) {
    throw new BillingError('conflict', `A fare for ${differing} begins then already, and is another`)
  }
  if (early !== null) {
    throw new BillingError('conflict', `The fare for ${early} must begin later than in a minute`)
  }
  return added
}

function toRow(fare: Fare) {
  const isCall = fare.kind === 'call'
  return {
    kind: fare.kind,
    prefix: fare.prefix,
    effective_from: fare.effectiveFrom.toISOString(),
    name: fare.name,
    price_micros: String(fare.price.micros),
    increment_seconds: isCall ? fare.incrementSeconds : null,
    minimum_seconds: isCall ? fare.minimumSeconds : null,
  }
}

function problemsOf(fare: Fare): string[] {
  const within = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most
  const unit = fare.kind === 'call' ? { increment: 3_600, minimum: 3_600 } : { increment: 1, minimum: 0 }
  const rules: readonly (readonly [boolean, string])[] = [
    [/^(\+\d{0,15})?$/.test(fare.prefix), 'the prefix is empty, or + and digits'],
    [!Number.isNaN(fare.effectiveFrom.getTime()), 'it begins at no time'],
    [
      fare.name.trim() !== '' && fare.name.length <= NAME_LENGTH_MAX,
      `the name has 1 to ${NAME_LENGTH_MAX} characters`,
    ],
    [
      fare.price.micros >= 0n && fare.price.micros <= FARE_PRICE_MAX,
      `the price is 0 to ${FARE_PRICE_MAX} micro-dollars`,
    ],
    [within(fare.incrementSeconds, 1, unit.increment), `the increment is 1 to ${unit.increment}`],
    [within(fare.minimumSeconds, 0, unit.minimum), `the minimum is 0 to ${unit.minimum}`],
  ]
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem)
}
