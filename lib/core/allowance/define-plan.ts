import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { POSTING_MICROS_MAX, type Money } from '@/lib/kit/money'
import { requireSystem } from '../actor'
import type { Context } from '../context'

const NAME_LENGTH_MAX = 100

type Plan = Readonly<{
  /** For the operator: `basic`. */
  id: string
  /** What customers read. */
  name: string
  monthly: Money
  /** How many access tokens an account on it may hold; null: any number. */
  tokensMax: number | null
}>

/**
 * Makes the plan, or changes it: what it grants counts from the next grant on. For the operator.
 * @throws BillingError `invalid_input` for a plan that cannot be
 */
export async function definePlan(ctx: Context, plan: Plan): Promise<void> {
  requireSystem(ctx.actor)
  const formErrors = problemsOf(plan)
  if (formErrors.length > 0) {
    throw new BillingError('invalid_input', formErrors.join('\n'), {
      fields: { formErrors, fieldErrors: {} },
    })
  }
  await callDatabase(
    ctx.db,
    (sql) => sql`
      insert into plan (id, name, monthly_micros, tokens_max)
      values (${plan.id}, ${plan.name}, ${plan.monthly.micros}, ${plan.tokensMax})
      on conflict (id) do update
        set name = excluded.name, monthly_micros = excluded.monthly_micros, tokens_max = excluded.tokens_max`,
  )
}

function problemsOf({ id, name, monthly, tokensMax }: Plan): string[] {
  const rules: readonly (readonly [boolean, string])[] = [
    [/^[a-z0-9-]{1,50}$/.test(id), 'the id is 1 to 50 of a to z, digits and hyphens'],
    [name.trim() !== '' && name.length <= NAME_LENGTH_MAX, `the name has 1 to ${NAME_LENGTH_MAX} characters`],
    [
      monthly.micros >= 1n && monthly.micros <= POSTING_MICROS_MAX,
      `it grants 1 to ${POSTING_MICROS_MAX} micro-dollars a month`,
    ],
    [
      tokensMax === null || (Number.isInteger(tokensMax) && tokensMax >= 0),
      'tokens are a whole number, or no limit',
    ],
  ]
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem)
}
