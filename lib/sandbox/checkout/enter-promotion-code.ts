import { ApiError } from '../http/api-error'
import type { CheckoutOutcome } from '../page-port'
import type { Body } from '../store/kinds'
import type { StoredRow } from '../store/parse-row'
import type { Unit } from '../store/unit'
import { codeTyped, withDiscount } from './session-discount'

type Refusal = Extract<CheckoutOutcome, { kind: 'invalid' }>

/** The session after it. */
type Entered = Readonly<{ kind: 'entered'; session: StoredRow<'checkout.session'> }>

const refused = (message: string): Refusal => ({ kind: 'invalid', field: 'promotionCode', message })

/**
 * A customer enters a promotion code in Checkout, or takes it away (null). The session keeps it, and shows its
 * effect. @returns the session after it, or why the code is refused; then the session stays as it was.
 */
export async function enterPromotionCode(
  unit: Unit,
  row: StoredRow<'checkout.session'>,
  typed: string | null,
): Promise<Entered | Refusal> {
  if (row.body.mode !== 'subscription' || row.body.allow_promotion_codes !== true) {
    return refused('This checkout takes no promotion codes.')
  }
  const code = typed === null ? null : await codeTyped(unit, typed)
  if (typed !== null && code === null) return refused('This code is invalid.')
  try {
    const { body, hidden } = await withDiscount(unit, row, sentOf(code))
    unit.save('checkout.session', { ...body, id: row.body.id }, { hidden })
    return { kind: 'entered', session: { ...row, body, hidden } }
  } catch (error) {
    if (error instanceof ApiError) return refused(error.message)
    throw error
  }
}

function sentOf(code: Body<'promotion_code'> | null): { promotion_code: string } | null {
  return code === null ? null : { promotion_code: code.id }
}
