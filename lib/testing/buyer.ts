import { startTokenSession } from '@/lib/core/access-tokens/start-token-session'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import type { Context } from '@/lib/core/context'
import { makeContext, type Container } from '@/lib/server/container'
import type { LocalStripeControls } from './local-stripe'
import { addPerson, type TestPerson } from './person'
import { saveCard } from './purchases'

/** Someone who has signed up, and has a saved card, which is the default. */
export type Buyer = TestPerson &
  Readonly<{
    accountId: bigint
    context(): Promise<Context>
    customerId: string
    cardId: string
    /** A token that stands for their sign-in. */
    token: string
  }>

/** `card` is one of Stripe's `pm_card_…`. */
export async function addBuyer(
  container: Container,
  stripe: LocalStripeControls,
  card = 'pm_card_visa',
): Promise<Buyer> {
  const person = await addPerson(container)
  const context = () => makeContext(container, person.actor, 'req_test')
  const customerId = await ensureCustomer(await context(), null)
  const cardId = await saveCard(stripe, customerId, card)
  await stripe.client.customers.update(customerId, { invoice_settings: { default_payment_method: cardId } })
  const token = await sessionTokenOf(container, person)
  return { ...person, accountId: person.actor.accountId, context, customerId, cardId, token }
}

export async function sessionTokenOf(container: Container, { actor }: TestPerson): Promise<string> {
  const system = await makeContext(container, { kind: 'system', name: 'test' }, 'req_test')
  const pepper = container.env.API_KEY_PEPPER
  return (await startTokenSession(system, { userId: actor.userId, name: 'test', pepper })).token
}
