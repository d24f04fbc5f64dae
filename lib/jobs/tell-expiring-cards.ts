import {
  listDueCardChecks,
  postponeCardCheck,
  tellExpiringCards,
} from '@/lib/core/alerts/tell-expiring-cards'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'
import { workThrough } from './work-through'

/** A call to Stripe each, of which purchases need most: what is left over is next. */
const COUNT_MAX = 20

/** Looks for saved cards that expire soon. @throws Error that counts the accounts that could not be looked at */
export async function tellOfExpiringCards(container: Container): Promise<{ accounts: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'tell-expiring-cards' }, newId('req'))
  const accounts = await workThrough(ctx, await listDueCardChecks(ctx, COUNT_MAX), {
    what: 'accounts with cards',
    each: async (check) => {
      await tellExpiringCards(ctx, check)
    },
    postpone: (check) => postponeCardCheck(ctx, check),
    name: (check) => check.accountId.toString(),
  })
  return { accounts }
}
