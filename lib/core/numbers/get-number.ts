import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { readNumbers, type PhoneNumber } from './read-number'

/** One number that the account holds. @throws BillingError `not_found`, also for one that it has released */
export async function getNumber(ctx: Context, numberId: string): Promise<PhoneNumber> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [number] = await readNumbers(ctx.db, accountId, numberId)
  if (number === undefined) throw new BillingError('not_found', 'Not found')
  return number
}
