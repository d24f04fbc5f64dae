import { requireScope } from '../actor'
import type { Context } from '../context'
import { readNumbers, type PhoneNumber } from './read-number'

/** The numbers that the account holds, the oldest first. */
export function listNumbers(ctx: Context): Promise<readonly PhoneNumber[]> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  return readNumbers(ctx.db, accountId, null)
}
