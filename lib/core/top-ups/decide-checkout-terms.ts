import { BillingError } from '@/lib/kit/errors'
import type { Actor } from '../actor'
import type { Context } from '../context'
import { decideReturnUrl } from './decide-return-url'

export type CheckoutTerms = Readonly<{ returnUrl: string; redirect: 'always' | 'if_required' }>

/**
 * Where a Checkout returns to, and when. The dashboard mounts Checkout itself and stays; a program has nothing mounted,
 * and whoever names a return URL wants to be returned. @throws BillingError `invalid_input` (returnUrl)
 */
export function decideCheckoutTerms(
  actor: Actor,
  site: Context['site'],
  returnUrl: string | null,
): CheckoutTerms {
  const decided = decideReturnUrl(returnUrl, site)
  if (!decided.accepted) {
    throw new BillingError('invalid_input', 'The request is not valid', {
      fields: { formErrors: [], fieldErrors: { returnUrl: [decided.reason] } },
    })
  }
  const stays = actor.kind === 'user' && returnUrl === null
  return { returnUrl: decided.url, redirect: stays ? 'if_required' : 'always' }
}
